/* The callback path of the RPC runtime, as a model: docs/rpc.md says which rules it stands for.
 *
 * CLIENTS programs call one server, each down a connection of its own, CALLS times one after the other. Whoever serves
 * a call may call its caller back before it answers, and is called back in turn: DEPTH levels of calls in calls, the
 * even ones served by the server and the odd ones by the client. A reader never waits; handlers are on their own.
 *
 * A call is known by its id (our call id and slot together: both are used once on a connection), its chain (the
 * unguessable number of the first call and of all that is nested in it) and its depth. The last field of a message is
 * not on the wire: it says whether the very handler that owes the answer has made it, so that the model can assert that
 * nobody takes another one.
 *
 * Time: a deadline is `timeout`, that is, it passes when nothing else can happen any more. So the model proves more than
 * that every call ends: it asserts that a deadline is *needed* only where a program is alive and stuck. In all other
 * trouble whoever waits learns of it from the connection. Deadlines that pass early are the cancels of CANCEL.
 *
 * What may go wrong is chosen by defines; one of them happens at any moment, or none:
 *   DEATH         the server is killed                     CLIENT_DEATH  a client is killed
 *   WEDGED        the server lives, and does nothing       STOPPED       a client lives, and does nothing
 *   STUCK         one handler, on either side, never ends by itself
 *   SPOOF         a stranger who knows everything answers any call, on a connection of his own
 *   FAULTY        a program answers a call with a wrong chain or depth, or calls back where it may not
 *   ELSEWHERE     clients answer callbacks on a fresh connection: the program of Q310703
 *   CANCEL        callers give up at any moment, once per call; 2: and say so twice
 * WITHOUT=n takes rule n away (10, 33, 50 and 120: another part of rules 1, 3, 5 and 12), and spin must find what it
 * was there for. NAIVE is the runtime of the article: ELSEWHERE without rules 2 and 4.
 */
#ifndef CLIENTS
#define CLIENTS 3
#endif
#ifndef DEPTH
#define DEPTH 3
#endif
#ifndef CALLS
#define CALLS 1
#endif
#ifndef WITHOUT
#define WITHOUT 0
#endif
#ifdef NAIVE
#define ELSEWHERE
#define RULE_2 0
#define RULE_4 0
#else
#define RULE_2 (WITHOUT != 2)
#define RULE_4 (WITHOUT != 4)
#endif

#ifndef CANCELLERS
#define CANCELLERS CLIENTS
#endif
#ifndef GIVES
#define GIVES 2
#endif

#define LEVELS (DEPTH + 2) /* one more than is allowed, for those who do not keep to the cap */
#define IDS (CALLS * LEVELS)
#define id_of(n, d) ((n) * LEVELS + (d) + 1)
#define depth_of(id) (((id) - 1) % LEVELS)
#define chain_of(i, id) ((i) * CALLS + ((id) - 1) / LEVELS + 1)
#define no_chain 99 /* of nobody */
#define ROOM (2 + 6 * CALLS) /* messages under way in one direction; the model asserts that it is enough */

#define client 0
#define server 1
#define waits_at(id) (depth_of(id) % 2)      /* the side that waits for the answer of call `id` */
#define runs_at(id) (1 - depth_of(id) % 2)   /* the side whose handler serves it */

mtype = { request, answer, cancel };
#define idle 0
#define waiting 1 /* a slot: its call is outstanding */
#define done 2    /* a slot: its call has ended, good or bad */
#define runs 1    /* a handler */
#define told 2    /* a handler that is to leave */
#define left_ 3   /* a handler that has answered */

typedef Connection {
  chan to[2] = [ROOM] of { mtype, byte, byte, byte, bit }; /* by side: kind, id, chain, depth, honest */
  byte slot[IDS + 2];
  byte work[IDS + 2];
  bit closed[2];  /* by side: closed it, or died */
  bit handle;     /* a context handle that the server holds for this client */
  bit faulty;     /* somebody on this connection did what is not allowed */
  bit stopped;    /* the client lives, and does nothing */
  byte stuck      /* the handler that never ends by itself */
};
Connection c[CLIENTS];
bit wedged = 0;
byte ended = 0; /* clients whose calls have all ended, or who cannot care any more */
byte quiet = 0; /* connections on which the server has nothing left */

#define acts(i, side) (!c[i].closed[side] && !(side == server && wedged) && !(side == client && c[i].stopped))
#define stuck_somewhere(i) (wedged || c[i].stopped || c[i].stuck)

/* Sending never waits. What goes to who is gone or does nothing goes nowhere. */
inline send(at_, side_, kind_, sid_, chain_, depth_, honest_) {
  if
  :: !acts(at_, side_) || c[at_].closed[1 - (side_)] -> skip
  :: else ->
     assert(nfull(c[at_].to[side_]));
     c[at_].to[side_] ! kind_, sid_, chain_, depth_, honest_
  fi
}

inline tell(t_, tid) {
  if
  :: c[t_].work[tid] == runs -> c[t_].work[tid] = told
  :: else -> skip
  fi
}

/* The wait for call `id` is over. What this slot had admitted leaves too. */
inline leave(l_, lid) {
  c[l_].slot[lid] = done;
  tell(l_, lid + 1)
}

/* The wait ends without an answer: the other side is told to stop working on it. */
inline give_up(g_, gid) {
  leave(g_, gid);
  send(g_, runs_at(gid), cancel, gid, 0, 0, 1);
#if CANCEL == 2
  if
  :: true -> send(g_, runs_at(gid), cancel, gid, 0, 0, 1)
  :: skip
  fi
#endif
}

/* A handler's answer. It is its only one. */
inline reply(r_, rid) {
  assert(c[r_].work[rid] != left_);
  c[r_].work[rid] = left_;
  send(r_, waits_at(rid), answer, rid, chain_of(r_, rid), depth_of(rid), 1)
}

/* Rules 1 and 2: an answer came down a connection of the same server that is not the call's own. */
inline arrives_elsewhere(e_, eid, same_program) {
  if
  :: WITHOUT == 1 && c[e_].slot[eid] == waiting -> assert(false) /* somebody else's answer is taken */
  :: WITHOUT != 1 && RULE_2 && same_program && c[e_].slot[eid] == waiting -> leave(e_, eid)
  :: else -> skip /* counted */
  fi
}

inline on_answer() {
  if
  :: c[i].slot[id] == waiting && waits_at(id) == side && chain == chain_of(i, id) &&
     (depth == depth_of(id) || WITHOUT == 10) ->
     assert(honest);
     leave(i, id)
  :: c[i].slot[id] == waiting && waits_at(id) == side && !(chain == chain_of(i, id) &&
     (depth == depth_of(id) || WITHOUT == 10)) ->
     assert(c[i].faulty); /* an honest late answer never hurts a newer call */
     if
     :: RULE_2 -> leave(i, id)
     :: else -> skip
     fi
#if WITHOUT == 120
  /* A late answer is taken by whoever waits there now, as where slots are used again. */
  :: c[i].slot[id] == done && id + LEVELS <= IDS && c[i].slot[id + LEVELS] == waiting ->
     assert(chain == chain_of(i, id + LEVELS))
#endif
  :: else -> skip /* late, or stray: counted */
  fi
}

/* A call that is nested in ours, call id - 1, and is admitted only by the slot that waits for that. */
inline on_nested() {
  admits = 0;
  if
  :: c[i].slot[id - 1] == waiting && waits_at(id - 1) == side && chain == chain_of(i, id - 1) &&
     depth == depth_of(id - 1) + 1 && (WITHOUT == 6 || depth <= DEPTH) -> admits = id - 1
#if WITHOUT == 3
  :: c[i].slot[id - 1] == done -> admits = id - 1
#endif
#if WITHOUT == 9
  :: c[i].slot[id - 1] != waiting && id - 1 + LEVELS <= IDS && c[i].slot[id - 1 + LEVELS] == waiting ->
     admits = id - 1 + LEVELS
  :: c[i].slot[id - 1] == waiting && chain != chain_of(i, id - 1) -> admits = id - 1
#endif
  :: else -> skip
  fi;
  if
  :: admits ->
     assert(c[i].slot[admits] == waiting && chain == chain_of(i, admits) && depth <= DEPTH);
     assert(c[i].work[id] == idle);
     c[i].work[id] = runs
  :: !admits && WITHOUT != 33 -> send(i, 1 - side, answer, id, chain, depth, 1)
  :: else -> skip
  fi;
  admits = 0
}

inline on_message() {
  if
  :: kind == answer -> on_answer()
  :: kind == request && depth == 0 ->
     assert(side == server && c[i].work[id] == idle);
     c[i].work[id] = runs;
     c[i].handle = 1
  :: kind == request && depth > 0 -> on_nested()
  :: kind == cancel ->
     if
#if WITHOUT == 12
     :: c[i].work[id] == left_ -> reply(i, id)
#endif
     :: else -> tell(i, id)
     fi
  fi;
  id = 0; chain = 0; depth = 0; honest = 0; kind = request
}

/* Rule 5: all waits on this side end, and all its handlers are told to leave. Handles are closed. */
inline run_down() {
  k = 1;
  do
  :: k <= IDS ->
     if
     :: c[i].slot[k] == waiting && waits_at(k) == side && WITHOUT != 5 -> c[i].slot[k] = done
     :: else -> skip
     fi;
     if
     :: runs_at(k) == side && WITHOUT != 5 -> tell(i, k)
     :: else -> skip
     fi;
     k++
  :: else -> break
  od;
  k = 0;
  if
  :: side == server && WITHOUT != 50 -> c[i].handle = 0
  :: else -> skip
  fi;
  do
  :: c[i].to[side] ? _, _, _, _, _
  :: empty(c[i].to[side]) -> break
  od;
  c[i].closed[side] = 1
}

/* A handler of this side: it calls back once, or answers, or leaves because it was told to. */
inline handler_step(hid) {
  if
  :: c[i].work[hid] == told ->
     if
     :: depth_of(hid) <= DEPTH && c[i].slot[hid + 1] == waiting -> give_up(i, hid + 1)
     :: else -> skip
     fi;
     reply(i, hid)
  :: c[i].work[hid] == runs && c[i].slot[hid + 1] == idle && (depth_of(hid) < DEPTH || (WITHOUT == 6 &&
     depth_of(hid) == DEPTH)) ->
     c[i].slot[hid + 1] = waiting;
     send(i, 1 - side, request, hid + 1, chain_of(i, hid), depth_of(hid) + 1, 1)
  :: c[i].work[hid] == runs ->
#ifdef ELSEWHERE
     if
     :: side == client ->
        c[i].work[hid] = left_;
        arrives_elsewhere(i, hid, 1)
     :: else -> reply(i, hid)
     fi
#else
     reply(i, hid)
#endif
  fi
}

#define may_step(id_) (id_ <= IDS && runs_at(id_) == side && (c[i].work[id_] == told || \
  (c[i].work[id_] == runs && c[i].stuck != id_ && (depth_of(id_) > DEPTH || c[i].slot[id_ + 1] != waiting))))
#define is_late(id_) (id_ <= IDS && RULE_4 && waits_at(id_) == side && c[i].slot[id_] == waiting)
#define active_here(id_) (id_ <= IDS && runs_at(id_) == side && (c[i].work[id_] == runs || c[i].work[id_] == told))

#define none_active !(active_here(1) || active_here(2) || active_here(3) || active_here(4) || active_here(5) || \
  active_here(6) || active_here(7) || active_here(8) || active_here(9) || active_here(10))

#define HANDLER(id_) :: atomic { running && may_step(id_) -> handler_step(id_) }
#define DEADLINE(id_) \
  :: atomic { timeout && acts(i, side) && is_late(id_) -> assert(stuck_somewhere(i)); give_up(i, id_) } \
  :: atomic { timeout && acts(i, side) && RULE_4 && id_ <= IDS && c[i].stuck == id_ && runs_at(id_) == side && \
              c[i].work[id_] == runs -> c[i].work[id_] = told }
#define GIVE_UP(id_) :: atomic { i < CANCELLERS && acts(i, side) && gave < GIVES && id_ <= IDS && waits_at(id_) == side && c[i].slot[id_] == waiting \
              -> gave++; give_up(i, id_) }

/* A closed end's handlers still run until they have left; a dead, wedged or stopped program's do not. */
#define running (!killed(side) && !(side == server && wedged) && !(side == client && c[i].stopped))
#define killed(s) (s == server -> server_dead : dead[i])
bit server_dead = 0;
bit dead[CLIENTS];

proctype End(byte i; bit side) {
  mtype kind = request;
  byte id, chain, depth, admits, k;
  byte n = 0;    /* of the client: first calls made */
  byte gave = 0; /* calls given up */
  bit honest;
end_waits_for_work:
  do
  :: atomic { acts(i, side) && nempty(c[i].to[side]) ->
       c[i].to[side] ? kind, id, chain, depth, honest;
       on_message()
     }
  :: atomic { acts(i, side) && c[i].closed[1 - side] -> run_down() }
  /* The client's thread: one call after the other, and then it leaves. */
  :: atomic { side == client && acts(i, side) && n < CALLS && (n == 0 || c[i].slot[id_of(n - 1, 0)] == done) ->
       c[i].slot[id_of(n, 0)] = waiting;
       send(i, server, request, id_of(n, 0), chain_of(i, id_of(n, 0)), 0, 1);
       n++
     }
  :: atomic { side == client && acts(i, side) && n == CALLS && c[i].slot[id_of(n - 1, 0)] == done -> run_down() }
  HANDLER(1) HANDLER(2) HANDLER(3) HANDLER(4) HANDLER(5)
  DEADLINE(1) DEADLINE(2) DEADLINE(3) DEADLINE(4) DEADLINE(5)
#if CALLS > 1
  HANDLER(6) HANDLER(7) HANDLER(8) HANDLER(9) HANDLER(10)
  DEADLINE(6) DEADLINE(7) DEADLINE(8) DEADLINE(9) DEADLINE(10)
#endif
#ifdef CANCEL
  GIVE_UP(1) GIVE_UP(2) GIVE_UP(3) GIVE_UP(4) GIVE_UP(5)
#if CALLS > 1
  GIVE_UP(6) GIVE_UP(7) GIVE_UP(8) GIVE_UP(9) GIVE_UP(10)
#endif
#endif
  /* A server's end that is quiet for good, because its client is. */
  :: atomic { side == server && c[i].stopped && !wedged && !c[i].closed[side] && none_active &&
              empty(c[i].to[side]) -> quiet++; goto end_over }
  :: atomic { c[i].closed[side] && !killed(side) && none_active ->
       if
       :: side == client && n > 0 && c[i].slot[id_of(n - 1, 0)] != done -> assert(false) /* lost, and not told */
       :: side == client -> ended++
       :: else -> quiet++
       fi;
       goto end_over
     }
  od;
end_over:
  false
}

/* One misfortune at any moment; where it does not apply, nothing happens. What can befall one connection befalls the
 * first: they are all alike. */
proctype Trouble() {
  byte i = 0, id;
  atomic {
    select(id : 1 .. IDS);
    if
    :: skip
#ifdef DEATH
    :: i == 0 && id == 1 ->
       server_dead = 1;
       do
       :: i < CLIENTS ->
          c[i].closed[server] = 1;
          c[i].handle = 0;
          do
          :: c[i].to[server] ? _, _, _, _, _
          :: empty(c[i].to[server]) -> break
          od;
          i++
       :: else -> break
       od
#endif
#ifdef CLIENT_DEATH
    :: id == 1 && !c[i].closed[client] ->
       dead[i] = 1;
       c[i].closed[client] = 1;
       ended++;
       do
       :: c[i].to[client] ? _, _, _, _, _
       :: empty(c[i].to[client]) -> break
       od
#endif
#ifdef WEDGED
    :: i == 0 && id == 1 -> wedged = 1
#endif
#ifdef STOPPED
    :: id == 1 && !c[i].closed[client] -> c[i].stopped = 1; ended++
#endif
#ifdef STUCK
    :: c[i].work[id] == runs -> c[i].stuck = id
#endif
#ifdef SPOOF
    :: c[i].slot[id] == waiting -> arrives_elsewhere(i, id, 0)
#endif
#ifdef FAULTY
    /* By the handler that serves the call, instead of what it should have sent. */
    :: c[i].work[id] == runs && c[i].slot[id + 1] != waiting && acts(i, runs_at(id)) ->
       c[i].faulty = 1;
       if
       :: true -> c[i].work[id] = left_; send(i, waits_at(id), answer, id, no_chain, depth_of(id), 0)
       :: true -> c[i].work[id] = left_; send(i, waits_at(id), answer, id, chain_of(i, id), depth_of(id) + 1, 0)
       :: depth_of(id) < DEPTH && c[i].slot[id + 1] == idle ->
          c[i].slot[id + 1] = waiting;
          send(i, waits_at(id), request, id + 1, no_chain, depth_of(id) + 1, 0)
       fi
#endif
    fi
  }
}

init {
  byte i = 0;
  atomic {
    do
    :: i < CLIENTS -> run End(i, client); run End(i, server); i++
    :: else -> break
    od;
    run Trouble()
  };
  atomic {
    /* Ends that wait are valid ends only when nobody is owed anything: else this blocks, and spin says so. */
    ended == CLIENTS && (quiet == CLIENTS || server_dead || wedged);
    i = 0;
    do
    :: i < CLIENTS ->
       assert(!c[i].handle || wedged || c[i].stopped);
       i++
    :: else -> break
    od
  }
}

ltl every_call_ends { <> (ended == CLIENTS) }
