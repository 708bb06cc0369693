//! The law of Lockstep as a book (`src/`). The crate has no code of its own: its test compiles and runs the book.
