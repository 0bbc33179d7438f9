/* The callback path of the RPC runtime, as a model: docs/rpc.md says which rules it stands for.
 *
 * CLIENTS threads call one server, each down a port of its own. While it serves a call, the server calls the caller back,
 * and the callback may call again (DEPTH levels). A message is (kind, chain, depth): `chain` is the unguessable
 * identity of a first call and everything nested in it, so no spoofer below ever has the right one.
 *
 *   NAIVE=1  the runtime of the article: the client's answer to a callback leaves through another port. The kernel
 *            refuses it, tells the replier, who does not listen, and wakes nobody.
 *   NAIVE=0  ours: callbacks and their answers use the call's own port; what does not match is counted and wakes the one who
 *            waits on that port; a port whose peer is lost wakes who waits on it; deadlines end what is left.
 *
 * The environment of ours may, at any moment: kill the server, wedge it (it never answers again, and does not die), send a
 * spoofed answer from a stranger's port, and let the server itself answer with a wrong identity.
 */
#ifndef NAIVE
#define NAIVE 0
#endif
#ifndef DEADLINE
#define DEADLINE 1  /* 0: a wait without one, to see that the model would notice */
#endif
#ifndef CLIENTS
#define CLIENTS 2
#endif
#ifndef DEPTH
#define DEPTH 4
#endif
#define ROUNDS 3

mtype = { call, reply, lost };

typedef Port {
  chan to_server = [2] of { mtype, byte, byte };
  chan to_client = [2] of { mtype, byte, byte }
};
Port port[CLIENTS];
chan stranger = [1] of { mtype, byte, byte };  /* a port that no call uses */

bool server_gone = false;    /* died: the kernel says so on every port */
bool server_wedged = false;  /* lives, and does nothing */
byte ended = 0;              /* clients whose call has come to an end, good or bad */
bool accepted_wrong = false; /* somebody took an answer that was not his */
byte audit = 0;              /* refused answers, counted up to 3 */

#define count_refused  if :: audit < 3 -> audit++ :: else fi

proctype Client(byte me) {
  byte chain = me + 1;
  byte depth = 0;      /* of the call that this slot waits with */
  byte got_chain, got_depth;
  mtype kind;

  port[me].to_server ! call, chain, 0;
waiting:
  if
  :: port[me].to_client ? kind, got_chain, got_depth ->
     if
     :: kind == lost -> goto over
     :: kind == reply && got_chain == chain && got_depth == depth ->
        if
        :: depth == 0 -> goto over
        :: else ->           /* our nested call is answered: now answer the callback it was nested in */
           depth = depth - 2;
           port[me].to_server ! reply, chain, depth + 1;
           goto waiting
        fi
     :: kind == reply && !(got_chain == chain && got_depth == depth) ->
        count_refused;       /* it came down our own port: we learn it at once */
        goto over
     :: kind == call && got_chain == chain && got_depth == depth + 1 ->
#if NAIVE
        stranger ! reply, chain, got_depth;   /* refused there; nobody is woken */
        goto waiting
#else
        if
        :: got_depth + 1 <= DEPTH ->          /* the callback calls again, in the same chain */
           depth = got_depth + 1;
           port[me].to_server ! call, chain, depth
        :: port[me].to_server ! reply, chain, got_depth
        fi;
        goto waiting
#endif
     :: kind == call && !(got_chain == chain && got_depth == depth + 1) -> accepted_wrong = true
     fi
#if DEADLINE && !NAIVE
  :: server_wedged && empty(port[me].to_client) -> goto over
#endif
  fi;
over:
  ended++
}

#define alive (!server_gone && !server_wedged)

/* One handler per connection, as coroutines are: a wait in one never stops another. It calls back up to ROUNDS times. */
proctype Handler(byte whom) {
  byte chain, base, got_chain, got_depth;  /* base: the depth of the call being served */
  byte rounds = 0;
  mtype kind;

  port[whom].to_server ? kind, chain, base;
serving:
  if
  :: !alive -> goto out
  :: atomic { alive -> port[whom].to_client ! reply, chain, base };
     if
     :: base == 0 -> goto out
     :: else -> base = base - 2; goto wait_answer  /* that was a nested one; our own callback is still out */
     fi
#if !NAIVE
  :: atomic { alive -> port[whom].to_client ! reply, chain + 100, base }; goto out  /* a faulty server */
#endif
  :: atomic { alive && rounds < ROUNDS && base + 1 <= DEPTH -> port[whom].to_client ! call, chain, base + 1 };
     rounds++;
     goto wait_answer
  fi;
wait_answer:
  if
  :: !alive -> goto out
  :: atomic { alive && nempty(port[whom].to_server) -> port[whom].to_server ? kind, got_chain, got_depth };
     if
     :: kind == reply && got_chain == chain && got_depth == base + 1 -> goto serving
     :: kind == call && got_chain == chain && got_depth == base + 2 -> base = got_depth; goto serving
     :: else -> accepted_wrong = true
     fi
  fi;
out:
  skip
}

/* Refuses what arrives on a port where nobody waits, and tells only the replier. */
active proctype Kernel() {
  byte chain, depth;
end:
  do
  :: stranger ? reply, chain, depth -> count_refused
  od
}

#if !NAIVE
active proctype Trouble() {
  byte i;
  if
  :: skip
  :: stranger ! reply, 1, 1                       /* right in every part but the port */
  :: server_wedged = true
  :: atomic {
       server_gone = true;
       i = 0;
       do
       :: i < CLIENTS -> 
          do
          :: port[i].to_client ? _, _, _
          :: empty(port[i].to_client) -> break
          od;
          port[i].to_client ! lost, 0, 0;
          i++
       :: else -> break
       od
     }
  fi
}
#endif

init {
  byte i = 0;
  atomic {
    do
    :: i < CLIENTS -> run Client(i); run Handler(i); i++
    :: else -> break
    od
  }
}

ltl every_call_ends { <> (ended == CLIENTS) }
ltl nothing_wrong_is_accepted { [] !accepted_wrong }
