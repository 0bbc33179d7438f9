@0xcc5d16b1d0a5f3e7;
# What bench/rpc/capnp.cpp calls.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("platen::bench::capnp_peer");

interface Callback {
  call @0 (octets :Data) -> (octets :Data);
}

interface Peer {
  flat @0 (octets :Data) -> (octets :Data);
  # Calls `callback` before it answers.
  nested @1 (octets :Data, callback :Callback) -> (octets :Data);
}
