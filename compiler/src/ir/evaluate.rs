//! Runs a kernel of the representation, for tests: all lanes of a group step by step together, so that a missing
//! barrier is seen as two lanes touching one cell between two barriers.

use std::collections::HashMap;

use lockstep_module::{FloatClass, spirv_abi};
use lockstep_numbers::float;

use super::{
    AtomicOperator, FloatComparison, FloatOperator, Function, Instruction, Kernel, Memory, Operation, TruthOperator,
    Value, WordComparison, WordOperator, device_float,
};

/// What a kernel sees and leaves.
pub(crate) struct Machine<'k> {
    kernel: &'k Kernel,
    /// What it does with small results.
    pub(crate) class: FloatClass,
    /// How far its seeds are off, in units of the last place of the exact value, which is in [1, 2). If None they are off by
    /// four, to one side or the other.
    pub(crate) seed_error: Option<i32>,
    /// The words of the push constants.
    pub(crate) words: Vec<u32>,
    /// The words of each array parameter.
    pub(crate) arrays: Vec<Vec<u32>>,
    /// The least group that trapped, then the least cell of each array that was claimed twice.
    pub(crate) traps: Vec<u32>,
    bitmaps: Vec<HashMap<u32, u32>>,
    group: u32,
    shared: Vec<Vec<u32>>,
    /// For each cell touched since the last barrier: by which lane, and whether it was written.
    touched: HashMap<(Memory, u32), (usize, bool)>,
    /// How many barriers the group has passed.
    pub(crate) barriers: usize,
    values: Vec<Vec<u32>>,
    /// The arguments of the function that is being called.
    arguments: [u32; 2],
    variables: Vec<Vec<u32>>,
    tables: Vec<Vec<Vec<u32>>>,
}

/// How a lane goes on.
#[derive(Clone, Copy, PartialEq)]
enum Lane {
    Off,
    On,
    Broken,
    Continued,
}

impl<'k> Machine<'k> {
    pub(crate) fn new(kernel: &'k Kernel, words: Vec<u32>, arrays: Vec<Vec<u32>>) -> Machine<'k> {
        let lanes = kernel.lanes as usize;
        Machine {
            kernel,
            class: FloatClass::default(),
            seed_error: None,
            words,
            arrays,
            traps: vec![spirv_abi::NO_TRAP; 1 + kernel.claims as usize],
            bitmaps: vec![HashMap::new(); kernel.claims as usize],
            group: 0,
            shared: Vec::new(),
            touched: HashMap::new(),
            barriers: 0,
            values: vec![vec![0; lanes]; kernel.values.len()],
            arguments: [0; 2],
            variables: vec![vec![0; lanes]; kernel.variables.len()],
            tables: Vec::new(),
        }
    }

    /// Runs one group. What is not set before it is read has a value that shows.
    pub(crate) fn run(&mut self, group: u32) {
        let lanes = self.kernel.lanes as usize;
        self.group = group;
        self.shared = self.kernel.shared.iter().map(|shared| vec![0xdead_beef; shared.cells as usize]).collect();
        self.variables.iter_mut().for_each(|variable| variable.fill(0xdead_beef));
        let tables = self.kernel.tables.iter().map(|table| match &table.constant {
            Some(cells) => vec![cells.clone(); lanes],
            None => vec![vec![0xdead_beef; table.cells as usize]; lanes],
        });
        self.tables = tables.collect();
        self.touched.clear();
        let body = &self.kernel.body;
        let mut on = vec![Lane::On; lanes];
        self.block(body, &mut on);
    }

    fn block(&mut self, block: &'k [Instruction], on: &mut [Lane]) {
        for instruction in block {
            match instruction {
                Instruction::If { condition, then, otherwise } => {
                    let before = on.to_vec();
                    for (wanted, block) in [(1, then), (0, otherwise)] {
                        let enters = |lane: usize| before[lane] == Lane::On && self.at(*condition, lane) == wanted;
                        let entered: Vec<bool> = (0..on.len()).map(enters).collect();
                        let mut inside: Vec<Lane> =
                            entered.iter().map(|entered| if *entered { Lane::On } else { Lane::Off }).collect();
                        self.block(block, &mut inside);
                        for lane in (0..on.len()).filter(|lane| entered[*lane]) {
                            on[lane] = inside[lane];
                        }
                    }
                }
                Instruction::Loop { counter, trips, body } => self.repeat(counter.0 as usize, *trips, body, on),
                Instruction::Barrier { .. } => {
                    assert!(on.iter().all(|lane| *lane == Lane::On), "a barrier that not all lanes come to");
                    self.barriers += 1;
                    self.touched.clear();
                }
                _ => {
                    for (lane, state) in on.iter_mut().enumerate() {
                        if *state == Lane::On {
                            *state = self.step(instruction, lane);
                        }
                    }
                }
            }
        }
    }

    fn repeat(&mut self, counter: usize, trips: Value, body: &'k [Instruction], on: &mut [Lane]) {
        let mut inside = on.to_vec();
        for trip in 0.. {
            for (lane, state) in inside.iter_mut().enumerate() {
                if *state == Lane::Continued {
                    *state = Lane::On;
                }
                if *state == Lane::On && trip >= self.at(trips, lane) {
                    *state = Lane::Broken;
                }
                if *state == Lane::On {
                    self.variables[counter][lane] = trip;
                }
            }
            if !inside.contains(&Lane::On) {
                return;
            }
            self.block(body, &mut inside);
        }
    }

    fn at(&self, value: Value, lane: usize) -> u32 {
        self.values[value.0 as usize][lane]
    }

    fn step(&mut self, instruction: &Instruction, lane: usize) -> Lane {
        match instruction {
            Instruction::Let(value, operation) => {
                let result = self.operation(operation, lane);
                self.values[value.0 as usize][lane] = result;
            }
            Instruction::Store(variable, value) => self.variables[variable.0 as usize][lane] = self.at(*value, lane),
            Instruction::StoreCell { memory, index, value } => {
                let (index, value) = (self.at(*index, lane), self.at(*value, lane));
                *self.cell(*memory, index, lane, true) = value;
            }
            Instruction::Fill { table, value } => {
                let value = self.at(*value, lane);
                self.tables[table.0 as usize][lane].fill(value);
            }
            Instruction::Combine { memory, operator, index, value } => {
                let (index, value) = (self.at(*index, lane), self.at(*value, lane));
                self.touched.remove(&(*memory, index));
                let cell = self.cell(*memory, index, lane, true);
                *cell = atomic(*operator, *cell, value);
                self.touched.remove(&(*memory, index));
            }
            Instruction::Claim { claim, cell, words } => {
                let (claim, cell) = (*claim as usize, self.at(*cell, lane));
                let word = self.bitmaps[claim].entry(cell / 32).or_default();
                let bit = 1 << (cell % 32);
                if *word & bit != 0 {
                    self.traps[1 + claim] = self.traps[1 + claim].min(cell);
                } else {
                    *word |= bit;
                    for (array, index, value) in words {
                        let (index, value) = (self.at(*index, lane), self.at(*value, lane));
                        self.arrays[*array as usize][index as usize] = value;
                    }
                }
            }
            Instruction::Break => return Lane::Broken,
            Instruction::Continue => return Lane::Continued,
            Instruction::Trap => self.traps[0] = self.traps[0].min(self.group),
            Instruction::If { .. } | Instruction::Loop { .. } | Instruction::Barrier { .. } => {}
        }
        Lane::On
    }

    fn cell(&mut self, memory: Memory, index: u32, lane: usize, write: bool) -> &mut u32 {
        if let Memory::Shared(_) | Memory::Array(_) = memory {
            let before = self.touched.get(&(memory, index)).copied();
            if let Some((other, written)) = before {
                assert!(
                    other == lane || !(written || write),
                    "{memory}[{index}] is touched by lanes {other} and {lane}"
                );
            }
            let written = write || before.is_some_and(|(_, written)| written);
            self.touched.insert((memory, index), (lane, written));
        }
        let index = index as usize;
        match memory {
            Memory::Array(array) => &mut self.arrays[array as usize][index],
            Memory::Shared(shared) => &mut self.shared[shared as usize][index],
            Memory::Table(table) => &mut self.tables[table.0 as usize][lane][index],
        }
    }

    /// What a function gives.
    fn call(&mut self, function: Function, arguments: [u32; 2]) -> u32 {
        let kernel = self.kernel;
        let body = kernel.functions.iter().find(|body| body.function == function).expect("a function that is there");
        let values = std::mem::replace(&mut self.values, vec![vec![0]; body.values.len()]);
        let outer = std::mem::replace(&mut self.arguments, arguments);
        for instruction in &body.body {
            let Instruction::Let(value, operation) = instruction else { panic!("a function is straight code") };
            let result = self.operation(operation, 0);
            self.values[value.0 as usize][0] = result;
        }
        let result = self.at(body.result, 0);
        self.values = values;
        self.arguments = outer;
        result
    }

    fn operation(&mut self, operation: &Operation, lane: usize) -> u32 {
        let at = |value: &Value| self.values[value.0 as usize][lane];
        match operation {
            Operation::Word(word) => *word,
            Operation::Truth(truth) => (*truth).into(),
            Operation::PushConstant(word) => self.words[*word as usize],
            Operation::Group => self.group,
            Operation::LaneInGroup => lane as u32,
            Operation::Arithmetic(operator, a, b) => arithmetic(*operator, at(a), at(b)),
            Operation::Complement(a) => !at(a),
            Operation::HighestBit(a) => at(a).checked_ilog2().unwrap_or(u32::MAX),
            Operation::Compare(comparison, a, b) => compare(*comparison, at(a), at(b)).into(),
            Operation::Float(operator, a, b) => match operator {
                FloatOperator::Add => device_float::add(self.class, at(a), at(b)),
                FloatOperator::Subtract => device_float::add(self.class, at(a), at(b) ^ 0x8000_0000),
                FloatOperator::Multiply => device_float::multiply(self.class, at(a), at(b)),
                FloatOperator::DivideSeed => self.seed(float::div(at(a), at(b)), at(a)),
            },
            Operation::Call(function, a, b) => {
                let arguments = [at(a), at(b)];
                self.call(*function, arguments)
            }
            Operation::Argument(parameter, _) => self.arguments[*parameter as usize],
            Operation::SquareRootSeed(a) => self.seed(float::sqrt(at(a)), at(a)),
            Operation::CompareFloats(comparison, a, b) => match comparison {
                FloatComparison::Equal => float::equal(at(a), at(b)).into(),
                FloatComparison::NotEqual => (!float::equal(at(a), at(b))).into(),
                FloatComparison::Less => float::less(at(a), at(b)).into(),
                FloatComparison::LessOrEqual => float::less_or_equal(at(a), at(b)).into(),
            },
            Operation::Logic(operator, a, b) => match operator {
                TruthOperator::And => at(a) & at(b),
                TruthOperator::Or => at(a) | at(b),
                TruthOperator::Equal => (at(a) == at(b)).into(),
                TruthOperator::NotEqual => (at(a) != at(b)).into(),
            },
            Operation::Not(a) => at(a) ^ 1,
            Operation::Select(condition, yes, no) => at(if at(condition) == 1 { yes } else { no }),
            Operation::FloatFromBits(a) | Operation::BitsFromFloat(a) => at(a),
            Operation::FloatFromSigned(a) => (at(a).cast_signed() as f32).to_bits(),
            Operation::SignedFromFloat(a) => {
                let value = f32::from_bits(at(a));
                assert!((-2_147_483_648.0..2_147_483_648.0).contains(&value), "{value} is no signed word");
                (value as i32).cast_unsigned()
            }
            Operation::Load(variable) => self.variables[variable.0 as usize][lane],
            Operation::LoadCell(memory, index) => {
                let index = at(index);
                *self.cell(*memory, index, lane, false)
            }
        }
    }

    /// The device's quotient or root: the exact one, but for its error.
    fn seed(&self, exact: u32, a: u32) -> u32 {
        let alternating = if a.count_ones().is_multiple_of(2) { 4 } else { -4 };
        let error = self.seed_error.unwrap_or(alternating);
        // Below 1 floats lie closer, from 2 on wider.
        let value = f64::from(f32::from_bits(exact)) + f64::from(error) * 2f64.powi(-23);
        (value as f32).to_bits()
    }
}

fn atomic(operator: AtomicOperator, a: u32, b: u32) -> u32 {
    match operator {
        AtomicOperator::Add => a.wrapping_add(b),
        AtomicOperator::Minimum => a.min(b),
        AtomicOperator::MinimumSigned => a.cast_signed().min(b.cast_signed()).cast_unsigned(),
        AtomicOperator::Maximum => a.max(b),
        AtomicOperator::MaximumSigned => a.cast_signed().max(b.cast_signed()).cast_unsigned(),
        AtomicOperator::And => a & b,
        AtomicOperator::Or => a | b,
        AtomicOperator::Xor => a ^ b,
    }
}

fn compare(comparison: WordComparison, x: u32, y: u32) -> bool {
    match comparison {
        WordComparison::Equal => x == y,
        WordComparison::NotEqual => x != y,
        WordComparison::Less => x < y,
        WordComparison::LessOrEqual => x <= y,
        WordComparison::LessSigned => x.cast_signed() < y.cast_signed(),
        WordComparison::LessOrEqualSigned => x.cast_signed() <= y.cast_signed(),
    }
}

/// What a device does; it panics where a device may do anything.
fn arithmetic(operator: WordOperator, x: u32, y: u32) -> u32 {
    use WordOperator::*;
    let bytes = |shift: u32| ((x >> shift) as u8, (y >> shift) as u8);
    match operator {
        Add => x.wrapping_add(y),
        Subtract => x.wrapping_sub(y),
        Multiply => x.wrapping_mul(y),
        MultiplyHigh => ((u64::from(x) * u64::from(y)) >> 32) as u32,
        Carry => u32::from(u64::from(x) + u64::from(y) > u64::from(u32::MAX)),
        Borrow => u32::from(x < y),
        Divide => x / y,
        Remainder => x % y,
        DivideSigned => (x.cast_signed() / y.cast_signed()).cast_unsigned(),
        And => x & y,
        Or => x | y,
        Xor => x ^ y,
        ShiftLeft => x << checked(y),
        ShiftRight => x >> checked(y),
        ShiftRightSigned => (x.cast_signed() >> checked(y)).cast_unsigned(),
        DotUnsigned => [0, 8, 16, 24].map(|shift| u32::from(bytes(shift).0) * u32::from(bytes(shift).1)).iter().sum(),
        DotSigned => {
            let product = |shift| i32::from(bytes(shift).0 as i8) * i32::from(bytes(shift).1 as i8);
            [0, 8, 16, 24].map(product).iter().sum::<i32>().cast_unsigned()
        }
    }
}

fn checked(count: u32) -> u32 {
    assert!(count < 32, "a shift by {count}");
    count
}
