//! What is known of each value, learned in their order.

use lockstep_module::spirv_abi;

use super::word::{self, INFINITY, Nan, SIGN, Word};
use crate::{
    profile::Reading,
    refusal::Refusal,
    rules,
    tree::{Definition, FloatComparison, Kernel, Operation, Place, Site, Type, Value, WordComparison, WordOperator},
};

/// The bits of 1.0.
const ONE: u32 = 0x3f80_0000;

/// What is known of a value.
#[derive(Clone, Copy, Debug)]
enum Fact {
    Word(Word),
    /// Whether it may be subnormal, so that only the door may have it.
    Float {
        raw: bool,
    },
    /// Whether it depends on the bits of a NaN.
    Truth {
        clean: bool,
    },
}

pub struct Known<'k> {
    kernel: &'k Kernel,
    facts: Vec<Fact>,
    /// By variable: whether it is a constant array without bits of subnormals.
    canonical: Vec<bool>,
}

impl<'k> Known<'k> {
    pub fn new(kernel: &'k Kernel) -> Known<'k> {
        let canonical = kernel.variables.iter().map(|variable| {
            variable.constant.as_ref().is_some_and(|cells| cells.iter().all(|cell| word::is_canonical(*cell)))
        });
        Known { kernel, facts: Vec::with_capacity(kernel.values.len()), canonical: canonical.collect() }
    }

    fn operation(&self, value: Value) -> Option<Operation> {
        self.kernel.values.get(value.0 as usize).map(|one| one.operation)
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
            Some(Fact::Float { raw: false }) => Ok(()),
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
                Fact::Float { raw: !bits }
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
            Operation::BitsFromFloat(float) => Word { canonical: true, nan: Nan::Like(Some(float)), ..Word::ANY },
            Operation::Select(condition, a, b) => self.select(condition, a, b),
            Operation::Load(Place::VariableCell(variable, _)) => {
                let canonical = self.canonical.get(variable as usize).copied().unwrap_or_default();
                Word { canonical, ..Word::ANY }
            }
            _ => Word::ANY,
        }
    }

    fn select(&self, condition: Value, yes: Value, no: Value) -> Word {
        let (mut a, b) = (self.word(yes), self.word(no));
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
        word::choose(a, b, nan)
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
