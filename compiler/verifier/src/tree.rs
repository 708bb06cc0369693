//! A kernel as its SPIR-V says it, with its structure found again: blocks, branches and counted loops over values that
//! are set once. Reading it (`profile`) refuses everything that has no form here; proving works on nothing else.

/// A value, set once. Its number counts in the order of the module, so an operand's is lower than its user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

/// The position of an instruction in the module, counted from 0 over all instructions: what a refusal points to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site(pub u32);

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// 32 bits.
    Word,
    /// A float of 32 bits.
    Float,
    /// A truth value.
    Truth,
}

/// A kernel.
#[derive(Clone, Debug, Default)]
pub struct Kernel {
    /// Lanes in a group.
    pub lanes: u32,
    /// How many words of push constants it declares.
    pub words: u32,
    /// By binding: the trap words, the array parameters, the bitmaps.
    pub buffers: Vec<Buffer>,
    /// The arrays of the group.
    pub shared: Vec<Shared>,
    /// The variables of a lane.
    pub variables: Vec<Variable>,
    /// What each value is.
    pub values: Vec<Definition>,
    /// Everything, in order.
    pub body: Vec<Step>,
    /// How many instructions the module has.
    pub instructions: u32,
}

impl Kernel {
    /// How a value is made; None if there is no such value.
    pub fn operation(&self, value: Value) -> Option<Operation> {
        self.values.get(value.0 as usize).map(|definition| definition.operation)
    }
}

/// A storage buffer of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Whether it lacks the decoration NonWritable.
    pub writable: bool,
    /// Whether it is accessed as NonPrivatePointer, always; else never. Only then does a barrier show one lane what
    /// another has stored.
    pub exchanged: bool,
}

/// An array of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The type of a cell: `Word` or `Float`.
    pub ty: Type,
    /// How many cells, at least one.
    pub cells: u32,
}

/// A variable of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The type, or that of a cell.
    pub ty: Type,
    /// How many cells an array has; None for a single value.
    pub cells: Option<u32>,
    /// What the cells of a constant array are. Such an array is never stored to.
    pub constant: Option<Vec<u32>>,
}

/// What a value is, and where.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its type.
    pub ty: Type,
    /// The instruction that makes it; for constants their declaration.
    pub site: Site,
    /// How it is made.
    pub operation: Operation,
}

/// A place that holds a word, a float or a truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A variable of the lane, by its number.
    Variable(u32),
    /// A cell of an array of the lane.
    VariableCell(u32, Value),
    /// A cell of an array of the group.
    Shared(u32, Value),
    /// A word of the storage buffer with this binding.
    Buffer(u32, Value),
}

impl Place {
    /// The number of the cell, where it is a cell.
    pub fn index(self) -> Option<Value> {
        match self {
            Place::Variable(_) => None,
            Place::VariableCell(_, index) | Place::Shared(_, index) | Place::Buffer(_, index) => Some(index),
        }
    }
}

/// Operators on two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the instruction of SPIR-V that its name says")]
pub enum WordOperator {
    Add,
    Subtract,
    Multiply,
    /// The upper word of OpUMulExtended.
    MultiplyHigh,
    /// The carry of OpIAddCarry.
    Carry,
    /// The borrow of OpISubBorrow.
    Borrow,
    Divide,
    Remainder,
    DivideSigned,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
    ShiftRightSigned,
    /// OpSDot of four bytes.
    DotSigned,
    /// OpUDot of four bytes.
    DotUnsigned,
}

/// Comparisons of two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the instruction of SPIR-V that its name says")]
pub enum WordComparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    LessSigned,
    LessOrEqualSigned,
}

/// Operators on two floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the instruction of SPIR-V that its name says")]
pub enum FloatOperator {
    Add,
    Subtract,
    Multiply,
}

/// Comparisons of two floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FloatComparison {
    /// OpFOrdEqual.
    Equal,
    /// OpFUnordNotEqual.
    NotEqual,
    /// OpFOrdLessThan.
    Less,
    /// OpFOrdLessThanEqual.
    LessOrEqual,
}

/// Operators on two truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the instruction of SPIR-V that its name says")]
pub enum TruthOperator {
    And,
    Or,
    Equal,
    NotEqual,
}

/// Atomic operators on a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the instruction of SPIR-V that its name says")]
pub enum AtomicOperator {
    Add,
    Minimum,
    MinimumSigned,
    Maximum,
    MaximumSigned,
    And,
    Or,
    Xor,
}

/// The functions that a module may hold and call, each word for word as the profile gives it. What they do to floats
/// is one operation of rule F. Those with one parameter have it as both operands of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// The quotient of two floats, right from any seed within 4 units of the last place.
    Quotient,
    /// The square root of a float.
    Root,
    /// A float as a signed word, saturating; 0 for a NaN.
    Signed,
    /// A float as an unsigned word, saturating; 0 for a NaN.
    Unsigned,
    /// The guarded sum of two floats.
    Sum,
    /// The guarded difference of two floats.
    Difference,
    /// The guarded product of two floats.
    Product,
    /// The float with the bits of a word, or the zero of its sign for a subnormal one.
    Door,
}

/// How a value is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A word, or the truth value 0 or 1.
    Constant(u32),
    /// A word of the push constants.
    PushConstant(u32),
    /// The x of WorkgroupId.
    WorkgroupX,
    /// The x of LocalInvocationId.
    LaneX,
    /// On words.
    Word(WordOperator, Value, Value),
    /// OpNot.
    Complement(Value),
    /// FindUMsb.
    HighestBit(Value),
    /// On words, gives a truth value.
    Compare(WordComparison, Value, Value),
    /// On floats.
    Float(FloatOperator, Value, Value),
    /// On floats, gives a truth value.
    CompareFloats(FloatComparison, Value, Value),
    /// A call of one of the functions of the profile.
    Call(Function, Value, Value),
    /// On truth values.
    Logic(TruthOperator, Value, Value),
    /// OpLogicalNot.
    Not(Value),
    /// The second where the first is true, else the third.
    Select(Value, Value, Value),
    /// OpBitcast of a word to a float.
    FloatFromBits(Value),
    /// OpBitcast of a float to a word.
    BitsFromFloat(Value),
    /// OpConvertSToF.
    FloatFromSigned(Value),
    /// What a place holds.
    Load(Place),
    /// What a place held before an atomic operation; the [`Step::Atomic`] names it.
    Old,
}

impl Operation {
    /// The values that it takes.
    pub fn operands(self) -> [Option<Value>; 3] {
        use Operation::*;
        match self {
            Constant(_) | PushConstant(_) | WorkgroupX | LaneX | Old => [None; 3],
            Load(place) => [place.index(), None, None],
            Complement(a) | HighestBit(a) | Not(a) | FloatFromBits(a) | BitsFromFloat(a) | FloatFromSigned(a) => {
                [Some(a), None, None]
            }
            Word(_, a, b)
            | Compare(_, a, b)
            | Float(_, a, b)
            | CompareFloats(_, a, b)
            | Call(_, a, b)
            | Logic(_, a, b) => [Some(a), Some(b), None],
            Select(a, b, c) => [Some(a), Some(b), Some(c)],
        }
    }
}

/// One step.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "fields are the parts that the first sentence names")]
pub enum Step {
    /// A value comes to be. Constants have no step.
    Let(Value),
    /// A place takes a value.
    Store { place: Place, value: Value, site: Site },
    /// An atomic operation on a cell of a buffer or of an array of the group. `old` is what was there.
    Atomic { operator: AtomicOperator, place: Place, value: Value, old: Value, site: Site },
    /// One of two blocks runs.
    If { condition: Value, then: Vec<Step>, otherwise: Vec<Step>, site: Site },
    /// The variable `counter` is set to 0; while it is below `trips`, unsigned, the body runs and 1 is added. `trips`
    /// is from before the loop, and the body does not store to `counter`.
    Loop { counter: u32, trips: Value, body: Vec<Step>, site: Site },
    /// Leaves the innermost loop; the last step of its block.
    Break(Site),
    /// Goes on with the next trip of the innermost loop; the last step of its block.
    Continue(Site),
    /// Every lane of the group waits for the others; `arrays` if storage buffers are made visible too, beside arrays of
    /// the group.
    Barrier { arrays: bool, site: Site },
}

impl Step {
    /// The values that it takes itself, beside those of its blocks. What a value that comes to be is made of its operation
    /// says.
    pub fn operands(&self) -> [Option<Value>; 2] {
        match self {
            Step::Store { place, value, .. } | Step::Atomic { place, value, .. } => [Some(*value), place.index()],
            Step::If { condition, .. } => [Some(*condition), None],
            Step::Loop { trips, .. } => [Some(*trips), None],
            Step::Let(_) | Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => [None; 2],
        }
    }
}

/// Shows every step, each before those of its blocks.
pub fn every<'s>(steps: &'s [Step], see: &mut impl FnMut(&'s Step)) {
    // Nesting is bounded by the profile.
    for step in steps {
        see(step);
        match step {
            Step::If { then, otherwise, .. } => {
                every(then, see);
                every(otherwise, see);
            }
            Step::Loop { body, .. } => every(body, see),
            _ => {}
        }
    }
}

/// Shows each variable that some steps store to, or count with, as often as they do.
pub(crate) fn stored(steps: &[Step], see: &mut impl FnMut(u32)) {
    every(steps, &mut |step| match step {
        Step::Store { place: Place::Variable(variable), .. } => see(*variable),
        Step::Loop { counter, .. } => see(*counter),
        _ => {}
    });
}

/// Whether some steps touch arrays of the group.
pub(crate) fn touches_shared(kernel: &Kernel, steps: &[Step]) -> bool {
    let loads = |value: &Value| {
        let made = kernel.operation(*value);
        matches!(made, Some(Operation::Load(Place::Shared(..))))
    };
    steps.iter().any(|step| match step {
        Step::Let(value) => loads(value),
        Step::Store { place, .. } | Step::Atomic { place, .. } => matches!(place, Place::Shared(..)),
        Step::If { then, otherwise, .. } => touches_shared(kernel, then) || touches_shared(kernel, otherwise),
        Step::Loop { body, .. } => touches_shared(kernel, body),
        Step::Break(_) | Step::Continue(_) | Step::Barrier { .. } => false,
    })
}
