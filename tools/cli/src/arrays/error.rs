//! Why a file was refused: a stable code and a sentence.

use std::{fmt, path::Path};

/// The kinds of refusal. Each has a code that never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// `A0001`: there is no such file, or it is a directory or a device.
    NotAFile,
    /// `A0002`: the operating system could not read or write it. The only code that is a fault of the machine.
    System,
    /// `A0003`: the extension names no format.
    Extension,
    /// `A0004`: the contents are not what the extension says, or they are damaged or cut short.
    Damaged,
    /// `A0005`: the cells have another type than the parameter.
    ElementType,
    /// `A0006`: the rank or a dimension is another than the parameter's.
    Shape,
    /// `A0007`: larger than the module's profile allows.
    TooLarge,
    /// `A0008`: an image of a kind that has no single meaning as an array: 16 bits, or with transparency.
    ImageKind,
    /// `A0009`: a value that the format cannot hold.
    Value,
    /// `A0010`: the file does not say its dimensions, and nothing else does.
    UnknownDimensions,
}

impl Code {
    /// The code as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Code::NotAFile => "A0001",
            Code::System => "A0002",
            Code::Extension => "A0003",
            Code::Damaged => "A0004",
            Code::ElementType => "A0005",
            Code::Shape => "A0006",
            Code::TooLarge => "A0007",
            Code::ImageKind => "A0008",
            Code::Value => "A0009",
            Code::UnknownDimensions => "A0010",
        }
    }
}

/// A file that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayError {
    /// Which kind of refusal.
    pub code: Code,
    /// The path, what is wrong with the file, and what to do instead.
    pub message: String,
}

impl ArrayError {
    /// A refusal whose message begins with the path.
    pub fn new(code: Code, path: &Path, message: impl AsRef<str>) -> ArrayError {
        ArrayError { code, message: format!("{} {}", path.display(), message.as_ref()) }
    }
}

impl fmt::Display for ArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ArrayError {}
