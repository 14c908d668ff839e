//! Keys against the pure core, without a terminal.
