//! What each id stands for. An id is one thing for good; what a block defines is closed with it.

use super::{Reading, decorations::Decorations};
use crate::{
    refusal::Refusal,
    rules,
    tree::{Function, Site, Type, Value},
};

/// Where a pointer points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Input,
    Push,
    Buffer,
    Shared,
    Lane,
}

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// Nothing yet.
    Free,
    Void,
    Scalar(Type),
    /// A vector of three words.
    Three,
    /// A struct of two words, the result of operations that give two.
    TwoWords,
    /// A run of words, as long as its buffer.
    Run,
    /// The block of a storage buffer.
    Block {
        read_only: bool,
    },
    /// The block of the push constants.
    Words(u32),
    Array {
        ty: Type,
        cells: u32,
    },
    /// A pointer to the type with this id.
    Pointer(Class, u32),
    /// The type of a function without parameters or result.
    Procedure,
    /// The type of a function of the profile, whose parameters have one type.
    Signature {
        result: Type,
        parameter: Type,
        count: u32,
    },
    /// The instruction set GLSL.std.450.
    Glsl,
    Constant(Value),
    /// A constant array, by its number.
    Cells(u32),
    WorkgroupId,
    LocalInvocationId,
    PushConstants,
    Buffer(u32),
    Shared(u32),
    Variable(u32),
    Value(Value),
    Label,
    /// The function of the entry point.
    Main,
    /// A function of the profile.
    Function(Function),
    /// It was something in a block that is closed, or may be used only where its form says.
    Closed,
}

/// All ids of a module.
pub struct Ids {
    ids: Vec<Id>,
    pub decorations: Decorations,
}

impl Ids {
    /// As many as the header allows, which is no more than the module has words.
    pub fn new(bound: u32) -> Ids {
        Ids { ids: vec![Id::Free; bound as usize], decorations: Decorations::new(bound) }
    }

    /// What an id stands for.
    pub fn get(&self, id: u32) -> Id {
        self.ids.get(id as usize).copied().unwrap_or(Id::Free)
    }

    /// Gives an id its meaning.
    pub fn define(&mut self, id: u32, meaning: Id, site: Site) -> Reading<()> {
        match self.ids.get_mut(id as usize) {
            Some(free @ Id::Free) if id != 0 => *free = meaning,
            Some(Id::Free) | None => {
                let what = format!("%{id} is not from 1 to below the bound of the header, {}", self.ids.len());
                return Err(Refusal::at(rules::NAME, site, what));
            }
            Some(_) => return Err(Refusal::at(rules::NAME, site, format!("%{id} is defined a second time"))),
        }
        Ok(())
    }

    /// Closes an id: nothing may use it from here on.
    pub fn close(&mut self, id: u32) {
        if let Some(meaning) = self.ids.get_mut(id as usize) {
            *meaning = Id::Closed;
        }
    }
}
