//! What is the same in the four lanes of a vector, or goes up by a constant from lane to lane: such a value is computed
//! once, for the first lane, in an ordinary register. What is the same in all lanes of a group is computed once for the
//! group.

use std::collections::HashSet;

use lockstep_module::spirv_abi;
use lockstep_verifier::tree::{Kernel, Operation, Place, Site, Step, Type, Value, WordOperator};

use crate::{doors, homes::Homes, parts};

/// Lanes of a vector, and its logarithm.
pub(crate) const LANES: u32 = 4;
const LANES_LOG2: u8 = 2;
/// How many rounds are made before all variables count as varying.
const MAX_ROUNDS: u32 = 64;

/// How a value differs between the lanes of a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Class {
    /// Nothing is stored to the variable yet; in the end, never.
    #[default]
    Nothing,
    /// The value of lane l is that of the first lane and l times the stride.
    Scalar {
        /// It is the same for all vectors of the group.
        group: bool,
        stride: u32,
        /// 2 to this power divides the value of the first lane.
        multiple: u8,
    },
    Varying,
}

const GROUP: Class = Class::Scalar { group: true, stride: 0, multiple: 0 };
const UNIFORM: Class = Class::Scalar { group: false, stride: 0, multiple: 0 };

impl Class {
    /// The same in all lanes of the vector.
    pub(crate) fn is_uniform(self) -> bool {
        matches!(self, Class::Scalar { stride: 0, .. })
    }

    /// Known in all lanes of the vector from that of the first.
    pub(crate) fn is_scalar(self) -> bool {
        matches!(self, Class::Scalar { .. })
    }

    /// The same in all lanes of the group.
    pub(crate) fn is_group(self) -> bool {
        matches!(self, Class::Scalar { group: true, .. })
    }

    fn join(self, other: Class) -> Class {
        match (self, other) {
            (Class::Nothing, one) | (one, Class::Nothing) => one,
            (
                Class::Scalar { group, stride, multiple },
                Class::Scalar { group: other_group, stride: other_stride, multiple: other_multiple },
            ) if stride == other_stride => {
                Class::Scalar { group: group && other_group, stride, multiple: multiple.min(other_multiple) }
            }
            _ => Class::Varying,
        }
    }

    /// The same, of the vector alone.
    fn of_vector(self) -> Class {
        match self {
            Class::Scalar { stride, multiple, .. } => Class::Scalar { group: false, stride, multiple },
            other => other,
        }
    }
}

/// The classes of a kernel's values and variables.
pub(crate) struct Classes {
    values: Vec<Class>,
    variables: Vec<Class>,
    /// Loops that some lanes may leave before others, or go on with.
    left: HashSet<Site>,
    /// For each value that is another the other: the sum of a word with the zero of the push constants, and floats whose
    /// door the float unit is.
    same: Vec<Option<Value>>,
    pub(crate) homes: Homes,
}

impl Classes {
    /// `flushes`: the float unit does.
    pub(crate) fn of(kernel: &Kernel, flushes: bool) -> Classes {
        let mut classes = Classes {
            values: vec![Class::Nothing; kernel.values.len()],
            variables: vec![Class::Nothing; kernel.variables.len()],
            left: HashSet::new(),
            same: same(kernel, flushes),
            homes: Homes::of(kernel),
        };
        for (slot, definition) in classes.values.iter_mut().zip(&kernel.values) {
            match definition.operation {
                Operation::Constant(word) => *slot = constant(word),
                Operation::Old => *slot = Class::Varying,
                _ => {}
            }
        }
        let mut flow = Flow { kernel, classes, loops: Vec::new(), depth: 0, divergent: 0, changed: true };
        for round in 0.. {
            if !flow.changed {
                break;
            }
            if round == MAX_ROUNDS {
                flow.classes.variables.fill(Class::Varying);
            }
            flow.changed = false;
            flow.block(&kernel.body, true);
            if !flow.changed && flow.classes.variables.contains(&Class::Nothing) {
                // Nothing is ever stored to them: they hold anything.
                let unset = flow.classes.variables.iter_mut().filter(|class| **class == Class::Nothing);
                unset.for_each(|class| *class = Class::Varying);
                flow.changed = true;
            }
        }
        flow.classes
    }

    pub(crate) fn value(&self, value: Value) -> Class {
        self.values.get(self.real(value).0 as usize).copied().unwrap_or(Class::Varying)
    }

    pub(crate) fn variable(&self, variable: u32) -> Class {
        self.variables.get(variable as usize).copied().unwrap_or(Class::Varying)
    }

    /// Whether some lanes may leave a loop before others, or go on with it.
    pub(crate) fn is_left(&self, site: Site) -> bool {
        self.left.contains(&site)
    }

    /// The value itself, or that which it is equal to.
    pub(crate) fn real(&self, value: Value) -> Value {
        self.same.get(value.0 as usize).copied().flatten().unwrap_or(value)
    }
}

fn constant(word: u32) -> Class {
    Class::Scalar { group: true, stride: 0, multiple: word.trailing_zeros() as u8 }
}

/// The words that the host pushes as zero: the hidden zero, and, since this host launches one group at a time and binds
/// the trap words of each dispatch, the first group and the first trap word.
pub(crate) fn is_zero(word: u32) -> bool {
    matches!(word, spirv_abi::WORD_ZERO | spirv_abi::WORD_FIRST_GROUP | spirv_abi::WORD_TRAP_SLOT)
}

/// For each value that is another the other.
pub(crate) fn same(kernel: &Kernel, flushes: bool) -> Vec<Option<Value>> {
    let mut same: Vec<Option<Value>> = vec![None; kernel.values.len()];
    let zero = |value: Value| match kernel.operation(value) {
        Some(Operation::PushConstant(word)) => is_zero(word),
        Some(Operation::Constant(word)) => word == 0,
        _ => false,
    };
    for (number, definition) in kernel.values.iter().enumerate() {
        if let Operation::Word(WordOperator::Add, a, b) = definition.operation {
            let other = if zero(b) { Some(a) } else { zero(a).then_some(b) };
            // Operands stand before, so one look is enough.
            let other = other.map(|other| same.get(other.0 as usize).copied().flatten().unwrap_or(other));
            if let Some(slot) = same.get_mut(number) {
                *slot = other;
            }
        }
    }
    if flushes {
        for (door, float) in doors::spared(kernel, &same) {
            if let Some(slot) = same.get_mut(door.0 as usize) {
                *slot = Some(float);
            }
        }
    }
    same
}

struct Flow<'k> {
    kernel: &'k Kernel,
    classes: Classes,
    /// The loops around, and for each how deep the last divergence was outside of it.
    loops: Vec<(Site, usize)>,
    /// How many blocks are around this one.
    depth: usize,
    /// The depth of the innermost block that not all lanes of a vector need be in; 0 if there is none.
    divergent: usize,
    changed: bool,
}

impl Flow<'_> {
    /// `group`: the block is not inside of a loop over vectors, so what it does can be done once for the group.
    fn block(&mut self, steps: &[Step], group: bool) {
        for step in steps {
            match step {
                Step::Let(value) => {
                    let class = self.made(*value);
                    if let Some(slot) = self.classes.values.get_mut(value.0 as usize) {
                        self.changed |= *slot != class;
                        *slot = class;
                    }
                }
                Step::Store { place: Place::Variable(variable), value, .. } => {
                    let class = self.classes.value(*value);
                    self.store(*variable, if group { class } else { class.of_vector() });
                }
                Step::Store { .. } | Step::Atomic { .. } | Step::Barrier { .. } => {}
                Step::If { condition, then, otherwise, .. } => {
                    let group = group && parts::has_barrier(step);
                    let varying = self.classes.value(*condition) == Class::Varying;
                    self.inside(then, group, varying);
                    self.inside(otherwise, group, varying);
                }
                Step::Loop { counter, trips, body, site } => {
                    let group = group && parts::has_barrier(step);
                    let trips = self.classes.value(*trips);
                    if trips != Class::Nothing && !trips.is_uniform() {
                        self.leave(*site);
                    }
                    let divergent = self.classes.left.contains(site);
                    // All lanes that are in the loop have made as many trips; those that left it, others.
                    let inside = self.classes.homes.depth(*counter) > self.depth;
                    let class = if group { GROUP } else { UNIFORM };
                    let outer = self.divergent;
                    if divergent && !inside {
                        self.divergent = self.depth + 1;
                    }
                    self.store(*counter, class);
                    self.divergent = outer;
                    self.loops.push((*site, self.divergent));
                    self.inside(body, group, divergent);
                    self.loops.pop();
                }
                Step::Break(_) | Step::Continue(_) => {
                    if let Some((site, outside)) = self.loops.last().copied()
                        && self.divergent > outside
                    {
                        self.leave(site);
                    }
                }
            }
        }
    }

    fn inside(&mut self, steps: &[Step], group: bool, divergent: bool) {
        let outer = self.divergent;
        self.depth += 1;
        if divergent {
            self.divergent = self.depth;
        }
        self.block(steps, group);
        self.depth -= 1;
        self.divergent = outer;
    }

    fn leave(&mut self, site: Site) {
        self.changed |= self.classes.left.insert(site);
    }

    fn store(&mut self, variable: u32, class: Class) {
        let alone = self.divergent <= self.classes.homes.depth(variable);
        if let Some(slot) = self.classes.variables.get_mut(variable as usize) {
            let joined = slot.join(if alone || class == Class::Nothing { class } else { Class::Varying });
            self.changed |= *slot != joined;
            *slot = joined;
        }
    }

    fn made(&self, value: Value) -> Class {
        let Some(definition) = self.kernel.values.get(value.0 as usize) else { return Class::Varying };
        let class = |value: Value| self.classes.value(value);
        match definition.operation {
            Operation::Constant(word) => constant(word),
            Operation::PushConstant(word) if is_zero(word) => constant(0),
            Operation::PushConstant(_) | Operation::WorkgroupX => GROUP,
            Operation::LaneX => Class::Scalar { group: false, stride: 1, multiple: LANES_LOG2 },
            Operation::Old => Class::Varying,
            Operation::Word(operator, a, b) => self.word(operator, a, b),
            Operation::Load(Place::Variable(variable)) => self.classes.variable(variable),
            Operation::Load(Place::VariableCell(variable, index)) => {
                let constant = self.kernel.variables.get(variable as usize).is_some_and(|one| one.constant.is_some());
                if constant { same_in_all(&[class(index)]) } else { Class::Varying }
            }
            Operation::Load(Place::Shared(_, index) | Place::Buffer(_, index)) => {
                // Another lane may write the cell later in the same phase of the group, if it is alone in it.
                same_in_all(&[class(index)]).of_vector()
            }
            Operation::Select(condition, a, b) if definition.ty == Type::Word && class(condition).is_uniform() => {
                match (class(a).join(class(b)), class(condition).is_group()) {
                    (joined, true) => joined,
                    (joined, false) => joined.of_vector(),
                }
            }
            operation => {
                let classes = operation.operands().map(|operand| operand.map_or(GROUP, class));
                same_in_all(&classes)
            }
        }
    }

    fn word(&self, operator: WordOperator, a: Value, b: Value) -> Class {
        let (one, other) = (self.classes.value(a), self.classes.value(b));
        let known = |value: Value| self.known(value);
        let (
            Class::Scalar { group, stride, multiple },
            Class::Scalar { group: group_b, stride: stride_b, multiple: of_b },
        ) = (one, other)
        else {
            return if one == Class::Nothing || other == Class::Nothing { Class::Nothing } else { Class::Varying };
        };
        let group = group && group_b;
        let scalar = |stride: u32, multiple: u8| Class::Scalar { group: group && stride == 0, stride, multiple };
        // Lanes of a vector are told apart by the two lowest bits alone.
        let run = stride == 1 && multiple >= LANES_LOG2;
        match (operator, known(a), known(b)) {
            (WordOperator::Add, ..) => scalar(stride.wrapping_add(stride_b), multiple.min(of_b)),
            (WordOperator::Subtract, ..) => scalar(stride.wrapping_sub(stride_b), multiple.min(of_b)),
            (WordOperator::Multiply, _, Some(word)) => {
                scalar(stride.wrapping_mul(word), multiple.saturating_add(of_b).min(32))
            }
            (WordOperator::Multiply, Some(word), _) => {
                scalar(stride_b.wrapping_mul(word), multiple.saturating_add(of_b).min(32))
            }
            (WordOperator::ShiftLeft, _, Some(count)) if count < 32 => {
                scalar(stride << count, (multiple + count as u8).min(32))
            }
            (WordOperator::And, _, Some(mask)) if run && mask & (LANES - 1) == 0 => scalar(0, of_b.max(multiple)),
            (WordOperator::And, _, Some(mask)) if run && mask & (LANES - 1) == LANES - 1 => scalar(1, multiple),
            (WordOperator::ShiftRight, _, Some(count)) if run && u32::from(LANES_LOG2) <= count && count < 32 => {
                scalar(0, multiple.saturating_sub(count as u8))
            }
            (WordOperator::Divide, _, Some(divisor)) if run && divisor != 0 && divisor % LANES == 0 => scalar(0, 0),
            (WordOperator::Remainder, _, Some(divisor)) if run && divisor != 0 && divisor % LANES == 0 => {
                scalar(1, LANES_LOG2)
            }
            _ if stride == 0 && stride_b == 0 => {
                let multiple = match operator {
                    WordOperator::Multiply => multiple.saturating_add(of_b).min(32),
                    WordOperator::And => multiple.max(of_b),
                    WordOperator::Or | WordOperator::Xor => multiple.min(of_b),
                    _ => 0,
                };
                scalar(0, multiple)
            }
            _ => Class::Varying,
        }
    }

    fn known(&self, value: Value) -> Option<u32> {
        match self.kernel.values.get(self.classes.real(value).0 as usize)?.operation {
            Operation::Constant(word) => Some(word),
            Operation::PushConstant(word) => is_zero(word).then_some(0),
            _ => None,
        }
    }
}

/// The class of what is made of operands of these classes lane by lane.
fn same_in_all(classes: &[Class]) -> Class {
    if classes.contains(&Class::Nothing) {
        return Class::Nothing;
    }
    match classes.iter().all(|class| class.is_uniform()) {
        true if classes.iter().all(|class| class.is_group()) => GROUP,
        true => UNIFORM,
        false => Class::Varying,
    }
}
