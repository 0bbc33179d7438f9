// Nothing of its own: the target that makes the tests' precompiled header needs a source.
