//! What is known of each value, learned in their order.

use lockstep_module::spirv_abi;

use super::{
    grid::Grid,
    word::{self, INFINITY, MAGNITUDE, Nan, SIGN, Word},
};
use crate::{
    profile::Reading,
    refusal::Refusal,
    rules,
    tree::{
        Definition, FloatComparison, FloatOperator, Function, Kernel, Operation, Place, Site, TruthOperator, Type,
        Value, WordComparison, WordOperator,
    },
};

/// The bits of 1.0.
const ONE: u32 = 0x3f80_0000;

/// How deep the conditions are nested of which a choice takes something.
const MAX_CONDITIONS: u32 = 4;

/// What is known of a value.
#[derive(Clone, Copy, Debug)]
enum Fact {
    Word(Word),
    /// Whether it may be subnormal, so that only the door may have it.
    Float {
        raw: bool,
        grid: Grid,
    },
    /// Whether it depends on the bits of a NaN.
    Truth {
        clean: bool,
    },
}

pub struct Known<'k> {
    kernel: &'k Kernel,
    facts: Vec<Fact>,
    /// By variable: what is known of the cells of a constant array, as floats.
    cells: Vec<Word>,
}

impl<'k> Known<'k> {
    pub fn new(kernel: &'k Kernel) -> Known<'k> {
        let cells = kernel.variables.iter().map(|variable| {
            let cells = variable.constant.iter().flatten().map(|cell| Word::constant(*cell));
            let any = cells.reduce(|a, b| word::choose(a, b, Nan::Clean)).unwrap_or(Word::ANY);
            Word { canonical: any.canonical, grid: any.grid, ..Word::ANY }
        });
        Known { kernel, facts: Vec::with_capacity(kernel.values.len()), cells: cells.collect() }
    }

    fn operation(&self, value: Value) -> Option<Operation> {
        self.kernel.operation(value)
    }

    fn word(&self, value: Value) -> Word {
        match self.facts.get(value.0 as usize) {
            Some(Fact::Word(word)) => *word,
            _ => Word { nan: Nan::Lost, ..Word::ANY },
        }
    }

    /// Whether it is word 0 of the push constants, which is always zero.
    fn is_zero_word(&self, value: Value) -> bool {
        matches!(self.operation(value), Some(Operation::PushConstant(spirv_abi::WORD_ZERO)))
    }

    /// The word that is hidden, if it is.
    fn hidden(&self, value: Value) -> Option<Value> {
        match self.operation(value) {
            Some(Operation::Word(WordOperator::Add, a, b)) if self.is_zero_word(b) => Some(a),
            Some(Operation::Word(WordOperator::Add, a, b)) if self.is_zero_word(a) => Some(b),
            _ => None,
        }
    }

    /// Whether a driver knows nothing of a word that is converted. Of a buffer that is written a driver may know what
    /// the lane has stored there itself.
    pub fn is_hidden_number(&self, value: Value) -> bool {
        let forwarded = match self.operation(value) {
            Some(Operation::Load(Place::Buffer(binding, _))) => {
                self.kernel.buffers.get(binding as usize).is_none_or(|buffer| buffer.writable)
            }
            _ => false,
        };
        self.is_hidden(value) && !forwarded
    }

    /// Whether a driver knows nothing of a word, or nothing that does harm. What is loaded from a buffer that is written
    /// may be known, since the lane has stored it there itself; but it is not known to be canonical, so it goes through
    /// the door: the product of these bits with a hidden 1 is the same, folded or not, and `door` adds zero by itself.
    pub fn is_hidden(&self, value: Value) -> bool {
        let unknown =
            matches!(self.operation(value), Some(Operation::PushConstant(_) | Operation::Load(Place::Buffer(..))));
        unknown || self.hidden(value).is_some()
    }

    pub fn is_canonical(&self, value: Value) -> bool {
        self.word(value).canonical
    }

    /// The bits of a float of the program.
    fn constant_float(&self, value: Value) -> Option<u32> {
        let Some(Operation::FloatFromBits(bits)) = self.operation(value) else { return None };
        self.word(self.hidden(bits)?).known()
    }

    /// Whether a float is a hidden 1.
    pub fn is_one(&self, value: Value) -> bool {
        self.constant_float(value) == Some(ONE)
    }

    /// Whether a float is a hidden 1 or -1.
    pub fn is_unit(&self, value: Value) -> bool {
        self.constant_float(value).is_some_and(|bits| bits & !SIGN == ONE)
    }

    /// That a value does not depend on the bits of a NaN.
    pub fn clean(&self, value: Value, site: Site) -> Reading<()> {
        let clean = match self.facts.get(value.0 as usize) {
            Some(Fact::Word(word)) => word.nan == Nan::Clean,
            Some(Fact::Truth { clean }) => *clean,
            Some(Fact::Float { .. }) | None => false,
        };
        if clean {
            return Ok(());
        }
        let what = "this depends on the bits of a NaN, which differ between devices: choose the one NaN first";
        Err(Refusal::at(rules::NAN, site, what))
    }

    /// That a word may become a float: a NaN with any bits is a NaN still.
    pub fn float_bits(&self, value: Value, site: Site) -> Reading<()> {
        match self.word(value).nan {
            Nan::Clean | Nan::Like(_) => Ok(()),
            _ => {
                let what =
                    "these bits are made of those of a NaN, which differ between devices, and may not be a NaN's";
                Err(Refusal::at(rules::NAN, site, what))
            }
        }
    }

    /// That a float is not subnormal.
    pub fn canonical_float(&self, value: Value, site: Site) -> Reading<()> {
        match self.facts.get(value.0 as usize) {
            Some(Fact::Float { raw: false, .. }) => Ok(()),
            _ => {
                let what = "this float may be subnormal: it goes through the door first, which is its product with a \
                            hidden 1, or the function `door`";
                Err(Refusal::at(rules::DOOR, site, what))
            }
        }
    }

    /// Learns what a value is. Its operands are checked.
    pub fn learn(&mut self, definition: &Definition) {
        let fact = match definition.ty {
            Type::Word => Fact::Word(self.made(definition.operation)),
            Type::Float => {
                let bits = match definition.operation {
                    Operation::FloatFromBits(bits) => self.is_canonical(bits),
                    _ => true,
                };
                Fact::Float { raw: !bits, grid: self.grid_of(definition.operation) }
            }
            Type::Truth => Fact::Truth { clean: self.is_clean_truth(definition.operation) },
        };
        self.facts.push(fact);
    }

    fn made(&self, operation: Operation) -> Word {
        match operation {
            Operation::Constant(word) => Word::constant(word),
            Operation::PushConstant(spirv_abi::WORD_ZERO) => Word { nan: Nan::Clean, ..Word::constant(0) },
            Operation::Word(operator, a, b) => {
                let hidden = (operator == WordOperator::Add)
                    .then(|| if self.is_zero_word(b) { Some(a) } else { self.is_zero_word(a).then_some(b) })
                    .flatten();
                match hidden {
                    Some(same) => self.word(same),
                    None => word::apply(operator, self.word(a), self.word(b)),
                }
            }
            Operation::Complement(a) | Operation::HighestBit(a) => {
                Word { nan: self.word(a).nan.with(Nan::Clean), ..Word::ANY }
            }
            Operation::BitsFromFloat(float) => {
                let grid = self.grid(float);
                let (least, most) = grid.bits().unwrap_or((0, u32::MAX));
                Word { least, most, canonical: true, nan: Nan::Like(Some(float)), grid, ..Word::ANY }
            }
            Operation::Select(condition, a, b) => self.select(condition, a, b),
            Operation::Load(Place::VariableCell(variable, _)) => {
                self.cells.get(variable as usize).copied().unwrap_or(Word::ANY)
            }
            _ => Word::ANY,
        }
    }

    fn select(&self, condition: Value, yes: Value, no: Value) -> Word {
        let (mut a, mut b) = (self.word(yes), self.word(no));
        for (word, value, holds) in [(&mut a, yes, true), (&mut b, no, false)] {
            if let Some(Operation::BitsFromFloat(float)) = self.operation(value) {
                word.grid = word.grid.and(self.limits(condition, holds, float, MAX_CONDITIONS));
            }
        }
        let (if_true, if_false) = self.numbers(condition);
        let nan = a.nan.without(if_true).or(b.nan.without(if_false));
        // Equal numbers have the same bits, or are two zeros.
        if let Some(Operation::CompareFloats(FloatComparison::Equal, x, y)) = self.operation(condition)
            && let Some(Operation::Word(WordOperator::And, p, q)) = self.operation(yes)
            && let (Some(Operation::BitsFromFloat(p)), Some(Operation::BitsFromFloat(q))) =
                (self.operation(p), self.operation(q))
        {
            a.canonical |= (p, q) == (x, y) || (q, p) == (x, y);
        }
        let chosen = word::choose(a, b, nan);
        match self.operation(condition) {
            Some(Operation::Compare(WordComparison::Less | WordComparison::LessOrEqual, x, y)) => {
                match ((yes, no) == (x, y), (yes, no) == (y, x)) {
                    (true, _) => word::extreme(chosen, a, b, true),
                    (_, true) => word::extreme(chosen, a, b, false),
                    _ => chosen,
                }
            }
            _ => chosen,
        }
    }

    /// What is known of a float.
    fn grid(&self, value: Value) -> Grid {
        match self.facts.get(value.0 as usize) {
            Some(Fact::Float { raw: false, grid }) => *grid,
            _ => Grid::ANY,
        }
    }

    /// Whether an operation needs no guard: what it gives is a zero, or a normal number before it is rounded.
    pub fn is_sure(&self, operator: FloatOperator, a: Value, b: Value) -> bool {
        let (a, b) = (self.grid(a), self.grid(b));
        match operator {
            FloatOperator::Add => a.sum_is_normal(b),
            FloatOperator::Subtract => a.difference_is_normal(b),
            FloatOperator::Multiply => a.product_is_normal(b),
        }
    }

    fn grid_of(&self, operation: Operation) -> Grid {
        match operation {
            Operation::FloatFromBits(bits) => {
                let word = self.word(bits);
                if word.canonical { word.float() } else { Grid::ANY }
            }
            Operation::FloatFromSigned(word) => {
                let word = self.word(word);
                Grid::whole(word.least, word.most, word.bits)
            }
            Operation::Float(FloatOperator::Add, a, b) | Operation::Call(Function::Sum, a, b) => {
                self.grid(a).sum(self.grid(b))
            }
            Operation::Float(FloatOperator::Subtract, a, b) | Operation::Call(Function::Difference, a, b) => {
                self.grid(a).difference(self.grid(b))
            }
            Operation::Float(FloatOperator::Multiply, a, b) | Operation::Call(Function::Product, a, b) => {
                self.grid(a).product(self.grid(b))
            }
            Operation::Call(Function::Root, a, _) => self.grid(a).root(),
            Operation::Select(condition, a, b) => {
                let limits = |holds, float| self.limits(condition, holds, float, MAX_CONDITIONS);
                self.grid(a).and(limits(true, a)).or(self.grid(b).and(limits(false, b)))
            }
            _ => Grid::ANY,
        }
    }

    /// What a condition shows of a float where it holds, or where it does not.
    fn limits(&self, condition: Value, holds: bool, float: Value, depth: u32) -> Grid {
        let both = |a: Value, b: Value| match depth {
            0 => Grid::ANY,
            _ => self.limits(a, holds, float, depth - 1).and(self.limits(b, holds, float, depth - 1)),
        };
        match self.operation(condition) {
            Some(Operation::Logic(TruthOperator::And, a, b)) if holds => both(a, b),
            Some(Operation::Logic(TruthOperator::Or, a, b)) if !holds => both(a, b),
            Some(Operation::CompareFloats(FloatComparison::Less | FloatComparison::LessOrEqual, x, y)) => {
                let number = |value: Value| self.constant_float(value).filter(|bits| bits & MAGNITUDE < INFINITY);
                // If it does not hold the float may be a NaN, of which nothing has to be known.
                match (number(x), number(y)) {
                    (None, Some(bound)) => self.side(x, float, bound, (!holds, holds)),
                    (Some(bound), None) => self.side(y, float, bound, (holds, holds)),
                    _ => Grid::ANY,
                }
            }
            _ => Grid::ANY,
        }
    }

    /// What it shows of a float that it is `above` a bound, or else below, or that its magnitude is. A comparison that
    /// `holds` is not one of a NaN.
    fn side(&self, compared: Value, float: Value, bound: u32, (above, holds): (bool, bool)) -> Grid {
        let positive = bound & SIGN == 0;
        match (compared == float, above) {
            (true, true) => Grid::above(bound),
            (true, false) => Grid::below(bound),
            _ if !positive || self.magnitude_of(compared) != Some(float) => Grid::ANY,
            (_, true) => Grid::beyond(bound),
            (_, false) => Grid::within(bound, holds),
        }
    }

    /// The float whose magnitude this is.
    fn magnitude_of(&self, value: Value) -> Option<Value> {
        let Some(Operation::FloatFromBits(bits)) = self.operation(value) else { return None };
        let Some(Operation::Word(WordOperator::And, a, b)) = self.operation(self.hidden(bits)?) else { return None };
        let of = if self.word(b).known() == Some(MAGNITUDE) {
            a
        } else if self.word(a).known() == Some(MAGNITUDE) {
            b
        } else {
            return None;
        };
        match self.operation(of) {
            Some(Operation::BitsFromFloat(float)) => Some(float),
            _ => None,
        }
    }

    /// Which floats are no NaNs where a condition holds, and where it does not.
    fn numbers(&self, condition: Value) -> ([Option<Value>; 2], [Option<Value>; 2]) {
        let none = [None, None];
        let like = |value: Value| match self.word(value).nan {
            Nan::Like(float) => [float, None],
            _ => none,
        };
        match self.operation(condition) {
            Some(Operation::CompareFloats(FloatComparison::NotEqual, a, b)) => (none, [Some(a), Some(b)]),
            Some(Operation::CompareFloats(_, a, b)) => ([Some(a), Some(b)], none),
            Some(Operation::Compare(WordComparison::Less, a, b)) => {
                if self.word(a).known() == Some(INFINITY) {
                    (none, like(b))
                } else if self.word(b).known().is_some_and(|bound| bound <= INFINITY) {
                    (like(a), none)
                } else {
                    (none, none)
                }
            }
            _ => (none, none),
        }
    }

    fn is_clean_truth(&self, operation: Operation) -> bool {
        let clean = |value: Value| match self.facts.get(value.0 as usize) {
            Some(Fact::Word(word)) => word.nan == Nan::Clean,
            Some(Fact::Truth { clean }) => *clean,
            _ => false,
        };
        match operation {
            // All NaNs are above infinity.
            Operation::Compare(WordComparison::Less, a, b) => {
                let below = |value: Value| self.word(value).known().is_some_and(|bound| bound <= INFINITY);
                let like = |value: Value| matches!(self.word(value).nan, Nan::Clean | Nan::Like(_));
                (clean(a) && clean(b)) || (like(a) && below(b)) || (below(a) && like(b))
            }
            Operation::Compare(_, a, b) | Operation::Logic(_, a, b) => clean(a) && clean(b),
            Operation::Not(a) => clean(a),
            Operation::Select(_, a, b) => clean(a) && clean(b),
            _ => true,
        }
    }
}
