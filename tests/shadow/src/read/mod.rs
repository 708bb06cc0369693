//! Reads a module: words in, code out. It reads what this project's modules use and what can be made of them by small
//! changes; the rest is unreadable. It asks for no more than it needs to run a module: what is legal is for others.

mod declarations;
mod decorations;
mod flow;
mod function;
mod memory;
mod operation;
mod reach;

use rspirv::spirv::Op;

use crate::{
    code::{Code, Register, Step},
    finding::{Unreadable, What},
    words::{self, HEADER_WORDS, MAGIC},
    work,
};
use decorations::Decorations;
use flow::Flow;

pub(crate) type Read<T> = Result<T, Unreadable>;

/// The most identifiers of a module that is read.
const MAX_IDS: u32 = 1 << 20;

/// The type of a value in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Float,
    Truth,
}

/// A type. Members are identifiers of types.
#[derive(Clone, Debug)]
enum Type {
    Void,
    Of(Kind),
    Vector(u32),
    Array { cell: u32, cells: u32 },
    Run { cell: u32 },
    Struct { id: u32, members: Vec<u32> },
    Pointer { class: u32, to: u32 },
    Function,
}

/// What an identifier stands for.
#[derive(Clone, Copy, Debug)]
enum Meaning {
    Nothing,
    Type(usize),
    Value(Register, Kind),
    /// Two words, in two registers.
    Pair(Register),
    /// The cells of a constant array.
    Table(usize),
    Pointer(Pointer),
    Function(usize),
    Glsl,
}

/// Where a pointer leads.
#[derive(Clone, Copy, Debug)]
struct Pointer {
    object: Object,
    kind: Kind,
    /// What indices have been taken of it.
    path: Path,
    /// Stands for the pointer where it is asked whether it is set before its use.
    register: Option<Register>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Object {
    /// A buffer of words: a member, then an index.
    Buffer(u32),
    /// An array of the group.
    Shared(u32),
    /// An array or a single variable of a lane.
    Array(u32),
    Single(u32),
    Push,
    GroupId,
    LaneId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Path {
    Whole,
    /// The array in the block of a buffer.
    Inside,
    Cell(Register),
    /// A member that is a number of the module.
    Member(u32),
}

/// What is known of the word in a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    /// It is the push constant that is zero.
    zero: bool,
    /// No compiler can know anything of it: it was loaded from a buffer or the push constants, or is a sum with the one
    /// that is zero.
    hidden: bool,
}

struct Function {
    id: u32,
    entry: u32,
    parameters: Vec<Register>,
    calls: Vec<u32>,
    /// How many steps it has.
    steps: usize,
}

struct Reader<'w> {
    instructions: Vec<&'w [u32]>,
    site: usize,
    meanings: Vec<Meaning>,
    types: Vec<Type>,
    decorations: Decorations,
    known: Vec<Known>,
    functions: Vec<Function>,
    /// Arguments and calls of functions that may stand later: the step, the function, the number of the argument.
    arguments: Vec<(usize, u32, Option<usize>)>,
    main: Option<u32>,
    preserves: bool,
    code: Code,
    flow: Flow,
    /// The block at hand.
    block: usize,
}

/// Reads a module.
///
/// # Errors
/// Where it cannot be run at all.
pub fn read(words: &[u32]) -> Result<Code, Unreadable> {
    let header = |why: &str| Unreadable { site: 0, why: why.into() };
    if words.first() != Some(&MAGIC) || words.len() < HEADER_WORDS || !words::whole(words) {
        return Err(header("these words are not whole instructions"));
    }
    let bound = words[3];
    if bound > MAX_IDS {
        return Err(header("it has too many identifiers"));
    }
    let mut reader = Reader {
        instructions: words::instructions(words).collect(),
        site: 0,
        meanings: vec![Meaning::Nothing; bound as usize],
        types: Vec::new(),
        decorations: Decorations::default(),
        known: Vec::new(),
        functions: Vec::new(),
        arguments: Vec::new(),
        main: None,
        preserves: false,
        code: Code::default(),
        flow: Flow::default(),
        block: 0,
    };
    reader.module()?;
    Ok(reader.code)
}

impl<'w> Reader<'w> {
    fn module(&mut self) -> Read<()> {
        self.decorations = Decorations::of(&self.instructions);
        while self.site < self.instructions.len() {
            match self.op() {
                Some(Op::Function) => self.function()?,
                _ => self.declaration()?,
            }
            self.site += 1;
        }
        self.site = self.instructions.len().saturating_sub(1);
        self.link()
    }

    /// Ties calls to functions, and finds the entry.
    fn link(&mut self) -> Read<()> {
        for (step, function, argument) in std::mem::take(&mut self.arguments) {
            let Meaning::Function(number) = self.meaning(function) else { return self.fail("it calls no function") };
            let called = &self.functions[number];
            match (&mut self.code.steps[step], argument) {
                (Step::Move(to, _), Some(argument)) => match called.parameters.get(argument) {
                    Some(register) => *to = *register,
                    None => return self.fail("a call has more arguments than parameters"),
                },
                (Step::Call(to, _), _) => *to = called.entry,
                _ => {}
            }
        }
        if self.is_recursive() {
            return self.fail("functions call each other in a circle");
        }
        let main = self.main.and_then(|main| self.functions.iter().find(|function| function.id == main));
        match main {
            Some(function) if function.parameters.is_empty() => self.code.entry = function.entry,
            _ => return self.fail("there is no entry point"),
        }
        let body = |function: &Function| {
            let entry = function.entry as usize;
            entry..entry + function.steps
        };
        let functions: Vec<_> = self.functions.iter().map(body).collect();
        let main = functions.iter().find(|body| body.start == self.code.entry as usize).cloned().unwrap_or_default();
        self.code.weights = work::weights(&self.code, main, &functions);
        if self.code.lanes == 0 {
            return self.fail("it has no LocalSize");
        }
        Ok(())
    }

    /// Takes away functions that call nothing that is left, until none goes.
    fn is_recursive(&self) -> bool {
        let mut left: Vec<&Function> = self.functions.iter().collect();
        loop {
            let ids: Vec<u32> = left.iter().map(|function| function.id).collect();
            let before = left.len();
            left.retain(|function| function.calls.iter().any(|call| ids.contains(call)));
            if left.len() == before || left.is_empty() {
                return !left.is_empty();
            }
        }
    }

    fn fail<T>(&self, why: impl Into<String>) -> Read<T> {
        Err(Unreadable { site: self.site as u32, why: why.into() })
    }

    fn op(&self) -> Option<Op> {
        Op::from_u32(words::opcode(self.instruction()))
    }

    fn instruction(&self) -> &'w [u32] {
        self.instructions.get(self.site).copied().unwrap_or_default()
    }

    /// A word of the instruction at hand, counted from 1 after the first.
    fn word(&self, place: usize) -> Read<u32> {
        match self.instruction().get(place) {
            Some(word) => Ok(*word),
            None => self.fail("it ends early"),
        }
    }

    /// The instruction has this many words, and no more.
    fn ends(&self, words: usize) -> Read<()> {
        match self.instruction().len() == words {
            true => Ok(()),
            false => self.fail("it has other operands than are known here"),
        }
    }

    fn meaning(&self, id: u32) -> Meaning {
        self.meanings.get(id as usize).copied().unwrap_or(Meaning::Nothing)
    }

    fn mean(&mut self, id: u32, meaning: Meaning) -> Read<()> {
        match self.meanings.get_mut(id as usize) {
            Some(slot @ Meaning::Nothing) if id > 0 => {
                *slot = meaning;
                Ok(())
            }
            _ => self.fail(format!("%{id} is set twice, or past the bound")),
        }
    }

    fn ty(&self, id: u32) -> Read<&Type> {
        match self.meaning(id) {
            Meaning::Type(number) => Ok(&self.types[number]),
            _ => self.fail(format!("%{id} is no type")),
        }
    }

    fn kind(&self, ty: u32) -> Read<Kind> {
        match self.ty(ty)? {
            Type::Of(kind) => Ok(*kind),
            _ => self.fail(format!("%{ty} is not the type of a word, a float or a truth value")),
        }
    }

    fn register(&mut self) -> Register {
        self.code.registers += 1;
        self.known.push(Known::default());
        self.code.registers as Register - 1
    }

    fn emit(&mut self, step: Step) {
        self.code.steps.push(step);
        self.code.sites.push(self.site as u32);
    }

    /// The next step is at fault.
    fn note(&mut self, what: What) {
        let number = self.code.notes.len() as u32;
        self.code.notes.push(what);
        self.emit(Step::Note(number));
    }

    /// A value of this kind that is used here.
    fn operand(&mut self, id: u32, kind: Kind) -> Read<Register> {
        match self.meaning(id) {
            Meaning::Value(register, found) if found == kind => {
                self.flow.uses(self.block, register, self.site as u32);
                Ok(register)
            }
            _ => self.fail(format!("%{id} is no {kind:?} that is known here")),
        }
    }

    /// Whether the register holds a number of the module.
    fn constant(&self, register: Register) -> Option<u32> {
        self.code.constants.get(register as usize).copied()
    }

    /// Sets a new value.
    fn define(&mut self, id: u32, kind: Kind) -> Read<Register> {
        let register = self.register();
        self.mean(id, Meaning::Value(register, kind))?;
        self.flow.defines(self.block, register);
        Ok(register)
    }
}
