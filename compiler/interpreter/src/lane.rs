//! One lane: statements and expressions, in the order in which they are written.

use lockstep_compiler::program::{
    Access, ArrayRef, Block, Expression, ExpressionKind, For, Local, LocalId, Program, Statement,
};
use lockstep_module::{TrapCause, plan::trips};
use lockstep_numbers::{ScalarType, binary, convert, float, unary};

use crate::{dispatch::Memory, trap::Trap};

pub(crate) type Evaluated<T> = Result<T, Box<Trap>>;

/// How a statement ends.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// Where each local of a body lies in its frame, and how large the frame is.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    offsets: Vec<usize>,
    size: usize,
}

impl Layout {
    pub(crate) fn new(locals: &[Local]) -> Layout {
        let mut size = 0;
        let offsets = locals.iter().map(|local| {
            let offset = size;
            size += local.words();
            offset
        });
        Layout { offsets: offsets.collect(), size }
    }
}

/// What all lanes of a dispatch share.
pub(crate) struct Shared<'a> {
    pub(crate) program: &'a Program,
    /// The array parameters, with their names and the names of their extents for messages.
    pub(crate) arrays: &'a [&'a Memory],
    pub(crate) array_names: Vec<(String, Vec<String>)>,
    /// The layout of each function's frame.
    pub(crate) functions: &'a [Layout],
}

/// One lane, or the host of a job.
pub(crate) struct Lane<'a> {
    shared: &'a Shared<'a>,
    locals: &'a [Local],
    layout: &'a Layout,
    /// The frames of the functions that are being called, the body's own first.
    stack: Vec<u32>,
    /// Where the current frame begins.
    base: usize,
}

impl<'a> Lane<'a> {
    pub(crate) fn new(shared: &'a Shared<'a>, locals: &'a [Local], layout: &'a Layout) -> Lane<'a> {
        Lane { shared, locals, layout, stack: vec![0; layout.size], base: 0 }
    }

    pub(crate) fn set(&mut self, local: LocalId, word: u32) {
        let place = self.base + self.layout.offsets[local.0 as usize];
        self.stack[place] = word;
    }

    fn get(&self, local: LocalId) -> u32 {
        self.stack[self.base + self.layout.offsets[local.0 as usize]]
    }

    /// Runs the body of a kernel.
    pub(crate) fn run(&mut self, body: &Block) -> Evaluated<()> {
        self.statements(body).map(|_| ())
    }

    fn statements(&mut self, block: &Block) -> Evaluated<Flow> {
        for statement in &block.statements {
            let flow = self.statement(statement)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    /// The value of a block that has one.
    fn value(&mut self, block: &Block) -> Evaluated<u32> {
        self.statements(block)?;
        match &block.result {
            Some(result) => self.expression(result),
            None => Ok(0),
        }
    }

    fn statement(&mut self, statement: &Statement) -> Evaluated<Flow> {
        match statement {
            Statement::Set { local, value } => {
                let word = self.expression(value)?;
                self.set(*local, word);
            }
            Statement::Fill { local, value } => {
                let word = self.expression(value)?;
                let start = self.base + self.layout.offsets[local.0 as usize];
                let cells = self.locals[local.0 as usize].words();
                self.stack[start..start + cells].fill(word);
            }
            Statement::Store { access, value } => self.store(access, value)?,
            Statement::If { arms, otherwise } => {
                for (condition, block) in arms {
                    if self.expression(condition)? != 0 {
                        return self.statements(block);
                    }
                }
                if let Some(block) = otherwise {
                    return self.statements(block);
                }
            }
            Statement::For(inner) => self.repeat(inner)?,
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Assert { condition, span } => {
                if self.expression(condition)? == 0 {
                    let detail = "the assertion is false".into();
                    return Err(Box::new(Trap { cause: TrapCause::AssertionFailed, detail, span: *span }));
                }
            }
        }
        Ok(Flow::Next)
    }

    fn repeat(&mut self, inner: &For) -> Evaluated<()> {
        let from = self.expression(&inner.from)?;
        let to = self.expression(&inner.to)?;
        let trips = trips(inner.ty == ScalarType::I32, from, to, inner.step);
        if let Some(max) = &inner.max {
            let most = self.expression(max)?;
            if trips > u64::from(most) {
                let detail = format!("the loop would run {trips} times, and its stated maximum is {most}");
                return Err(Box::new(Trap { cause: TrapCause::LoopOverMaximum, detail, span: inner.to.span }));
            }
        }
        let mut counter = from;
        for _ in 0..trips {
            self.set(inner.counter, counter);
            if self.statements(&inner.body)? == Flow::Break {
                break;
            }
            counter = counter.wrapping_add(inner.step);
        }
        Ok(())
    }

    /// The value of an expression. Literals and locals, which are most of all, need no call.
    #[inline(always)]
    pub(crate) fn expression(&mut self, expression: &Expression) -> Evaluated<u32> {
        match &expression.kind {
            ExpressionKind::Literal(word) => Ok(*word),
            ExpressionKind::Local(local) => Ok(self.get(*local)),
            _ => self.operation(expression),
        }
    }

    fn operation(&mut self, expression: &Expression) -> Evaluated<u32> {
        match &expression.kind {
            ExpressionKind::Binary { operator, left, right } => {
                let a = self.expression(left)?;
                let b = self.expression(right)?;
                binary(*operator, left.ty, a, b).map_err(|_| Trap::division(expression.span, left.ty.show(a)))
            }
            ExpressionKind::Unary { operator, operand } => Ok(unary(*operator, operand.ty, self.expression(operand)?)),
            _ => self.construct(expression),
        }
    }

    /// Everything that is not a plain operator. Apart, so that operators stay quick.
    #[inline(never)]
    fn construct(&mut self, expression: &Expression) -> Evaluated<u32> {
        match &expression.kind {
            ExpressionKind::Load { access, otherwise } => self.load(access, otherwise.as_deref()),
            ExpressionKind::Logic { and, left, right } => {
                let a = self.expression(left)?;
                if (a != 0) == *and { self.expression(right) } else { Ok(a) }
            }
            ExpressionKind::Convert(operand) => Ok(convert(operand.ty, expression.ty, self.expression(operand)?)),
            ExpressionKind::ToBits(operand) => self.expression(operand),
            ExpressionKind::FromBits(operand) => Ok(float::canonical(self.expression(operand)?)),
            ExpressionKind::If { arms, otherwise } => {
                for (condition, block) in arms {
                    if self.expression(condition)? != 0 {
                        return self.value(block);
                    }
                }
                self.value(otherwise)
            }
            ExpressionKind::Call { function, arguments } => self.call(*function, arguments),
            ExpressionKind::Literal(_)
            | ExpressionKind::Local(_)
            | ExpressionKind::Binary { .. }
            | ExpressionKind::Unary { .. } => self.expression(expression),
        }
    }

    fn call(&mut self, function: usize, arguments: &[Expression]) -> Evaluated<u32> {
        let callee = &self.shared.program.functions[function];
        let layout = &self.shared.functions[function];
        let base = self.stack.len();
        // The arguments are evaluated in the caller's frame, and nested calls may use the stack meanwhile.
        let mut words = [0; 16];
        let mut more = Vec::new();
        for (i, argument) in arguments.iter().enumerate() {
            let word = self.expression(argument)?;
            match words.get_mut(i) {
                Some(slot) => *slot = word,
                None => more.push(word),
            }
        }
        self.stack.resize(base + layout.size, 0);
        for (i, word) in words.iter().take(arguments.len()).chain(&more).enumerate() {
            self.stack[base + layout.offsets[i]] = *word;
        }
        let caller = (self.locals, self.layout, self.base);
        (self.locals, self.layout, self.base) = (&callee.locals, layout, base);
        let result = self.value(&callee.body);
        (self.locals, self.layout, self.base) = caller;
        self.stack.truncate(base);
        result
    }

    fn load(&mut self, access: &Access, otherwise: Option<&Expression>) -> Evaluated<u32> {
        let indices = self.indices(access)?;
        match (self.position(access, &indices), otherwise) {
            (Ok(position), _) => Ok(match access.array {
                ArrayRef::Parameter(array) => self.shared.arrays[array].read(position),
                ArrayRef::Local(local) => self.stack[self.base + self.layout.offsets[local.0 as usize] + position],
                ArrayRef::Constant(constant) => self.shared.program.constants[constant].words[position],
            }),
            (Err(_), Some(otherwise)) => self.expression(otherwise),
            (Err(dimension), None) => Err(self.out_of_range(access, &indices, dimension)),
        }
    }

    /// The indices first, then the value, then the check of the indices.
    fn store(&mut self, access: &Access, value: &Expression) -> Evaluated<()> {
        let indices = self.indices(access)?;
        let word = self.expression(value)?;
        let position = match self.position(access, &indices) {
            Ok(position) => position,
            Err(dimension) => return Err(self.out_of_range(access, &indices, dimension)),
        };
        match access.array {
            ArrayRef::Parameter(array) => self.shared.arrays[array].write(position, word),
            ArrayRef::Local(local) => {
                let place = self.base + self.layout.offsets[local.0 as usize] + position;
                self.stack[place] = word;
            }
            // The type checker lets no constant be assigned.
            ArrayRef::Constant(_) => {}
        }
        Ok(())
    }

    fn indices(&mut self, access: &Access) -> Evaluated<[u32; 3]> {
        let mut indices = [0; 3];
        for (slot, index) in indices.iter_mut().zip(&access.indices) {
            *slot = self.expression(index)?;
        }
        Ok(indices)
    }

    /// The dimensions of what an access refers to.
    fn dimensions(&self, array: ArrayRef) -> &'a [u32] {
        match array {
            ArrayRef::Parameter(array) => &self.shared.arrays[array].dimensions,
            ArrayRef::Local(local) => &self.locals[local.0 as usize].dimensions,
            ArrayRef::Constant(constant) => &self.shared.program.constants[constant].dimensions,
        }
    }

    /// The position in row-major order, or which index is out of range. A negative index is a large word, and no
    /// array with cells is that long.
    fn position(&self, access: &Access, indices: &[u32; 3]) -> Result<usize, usize> {
        let mut position = 0;
        for (i, (index, size)) in indices.iter().zip(self.dimensions(access.array)).enumerate() {
            if index >= size {
                return Err(i);
            }
            position = position * *size as usize + *index as usize;
        }
        Ok(position)
    }

    fn out_of_range(&self, access: &Access, indices: &[u32; 3], dimension: usize) -> Box<Trap> {
        let size = self.dimensions(access.array)[dimension];
        let index = &access.indices[dimension];
        let (name, extent) = match access.array {
            ArrayRef::Parameter(array) => {
                let (name, extents) = &self.shared.array_names[array];
                (name.as_str(), extents[dimension].clone())
            }
            ArrayRef::Local(local) => (self.locals[local.0 as usize].name.as_str(), size.to_string()),
            ArrayRef::Constant(constant) => (self.shared.program.constants[constant].name.as_str(), size.to_string()),
        };
        let shown = index.ty.show(indices[dimension]);
        let limit = if extent == size.to_string() { extent } else { format!("{extent} = {size}") };
        let detail = if shown.starts_with('-') {
            format!("index {shown} of `{name}` is negative")
        } else {
            format!("index {shown} of `{name}` is not below {limit}")
        };
        Box::new(Trap { cause: TrapCause::IndexOutOfRange, detail, span: index.span })
    }
}
