//! One lane, step by step, up to its next barrier or its end.

use lockstep_numbers::{ScalarType, packed};

use crate::{
    code::{Code, Common, Float, One, Position, Register, Step, Wide, Word},
    device::Device,
    finding::{Memory, What},
    world::{Reach, World},
};

/// A cell of a lane's own memory that holds something.
const HELD: u64 = 1 << 32;

/// Where a lane is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lane {
    pub(crate) number: u16,
    at: Position,
    /// Where calls return to, and the registers that they set.
    calls: Vec<(Position, Register)>,
    /// How many trips the loops have made that hold barriers.
    trips: Vec<u32>,
}

/// Why a lane stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It came to this barrier.
    Barrier(u32),
    Ended,
    /// The run is over.
    Halted,
}

impl Lane {
    pub(crate) fn new(code: &Code, number: u16) -> Lane {
        Lane { number, at: code.entry, calls: Vec::new(), trips: vec![0; code.counted_loops] }
    }

    /// How many trips the loops around a barrier have made.
    pub(crate) fn trips<'l>(&'l self, code: &'l Code, barrier: u32) -> impl Iterator<Item = u32> + 'l {
        let loops = code.barriers.get(barrier as usize).map(|barrier| barrier.loops.as_slice()).unwrap_or_default();
        loops.iter().filter_map(|counter| self.trips.get(*counter as usize).copied())
    }

    /// Runs on.
    pub(crate) fn run(&mut self, world: &mut World<'_>, registers: &mut [u32], private: &mut [u64]) -> Stop {
        let code = world.code;
        let most = world.most_steps.saturating_sub(world.report.executed);
        let (mut executed, mut work) = (0, 0u64);
        let stop = loop {
            let at = self.at as usize;
            let Some(step) = code.steps.get(at) else { break Stop::Ended };
            executed += 1;
            work += code.weights[at];
            if executed > most {
                world.find(code.sites[at], What::StepLimit);
                world.halted = true;
            }
            if world.halted {
                break Stop::Halted;
            }
            self.at += 1;
            match *step {
                Step::Word(operator, to, a, b) => {
                    let (a, b) = (registers[a as usize], registers[b as usize]);
                    registers[to as usize] = word(operator, a, b).unwrap_or_else(|what| {
                        world.find(code.sites[at], what);
                        0
                    });
                }
                Step::Wide(operator, to, a, b) => {
                    let (low, high) = wide(operator, registers[a as usize], registers[b as usize]);
                    (registers[to as usize], registers[to as usize + 1]) = (low, high);
                }
                Step::Float(operator, to, a, b) => {
                    registers[to as usize] =
                        float(&world.device, operator, registers[a as usize], registers[b as usize]);
                }
                Step::One(operator, to, a) => {
                    let a = registers[a as usize];
                    registers[to as usize] = match operator {
                        One::Complement => !a,
                        One::HighestBit => a.checked_ilog2().unwrap_or(u32::MAX),
                        One::Not => a ^ 1,
                        One::Copy => a,
                        One::SquareRoot => world.device.square_root(a),
                        One::FromSigned => Device::from_signed(a),
                        One::ToSigned => Device::to_signed(a).unwrap_or_else(|| {
                            world.find(code.sites[at], What::ConversionOutOfRange { float: a });
                            0
                        }),
                    };
                }
                Step::Select(to, condition, yes, no) => {
                    let chosen = if registers[condition as usize] != 0 { yes } else { no };
                    registers[to as usize] = registers[chosen as usize];
                }
                Step::Push(to, place) => {
                    registers[to as usize] = world.push.get(place as usize).copied().unwrap_or_else(|| {
                        let length = world.push.len() as u32;
                        world.find(code.sites[at], What::OutOfRange { memory: Memory::Push, index: place, length });
                        0
                    });
                }
                Step::GroupX(to) => registers[to as usize] = world.group_x,
                Step::LaneX(to) => registers[to as usize] = self.number.into(),
                Step::LoadPrivate(to, cell) => {
                    registers[to as usize] = load(code, world, private, at, cell);
                }
                Step::StorePrivate(cell, value) => private[cell as usize] = HELD | u64::from(registers[value as usize]),
                Step::LoadCell(to, variable, index) => {
                    let cell = cell(code, world, at, variable, registers[index as usize]);
                    registers[to as usize] = cell.map_or(0, |cell| load(code, world, private, at, cell));
                }
                Step::StoreCell(variable, index, value) => {
                    if let Some(cell) = cell(code, world, at, variable, registers[index as usize]) {
                        private[cell as usize] = HELD | u64::from(registers[value as usize]);
                    }
                }
                Step::Load { to, memory, index, private } => {
                    let reach = self.reach(world, at, memory, registers[index as usize], private);
                    registers[to as usize] = world.read(reach);
                }
                Step::Store { memory, index, value, private } => {
                    let reach = self.reach(world, at, memory, registers[index as usize], private);
                    world.write(reach, registers[value as usize]);
                }
                Step::Atomic { operator, to, memory, index, value } => {
                    let reach = self.reach(world, at, memory, registers[index as usize], false);
                    registers[to as usize] = world.combine(reach, operator, registers[value as usize]);
                }
                Step::Jump(to) => self.at = to,
                Step::Branch(condition, yes, no) => {
                    self.at = if registers[condition as usize] != 0 { yes } else { no };
                }
                Step::Barrier(barrier) => break Stop::Barrier(barrier),
                Step::Call(to, result) => {
                    self.calls.push((self.at, result));
                    self.at = to;
                }
                Step::Return => match self.calls.pop() {
                    Some((back, _)) => self.at = back,
                    None => break Stop::Ended,
                },
                Step::ReturnValue(value) => match self.calls.pop() {
                    Some((back, to)) => {
                        registers[to as usize] = registers[value as usize];
                        self.at = back;
                    }
                    None => break Stop::Ended,
                },
                Step::Note(note) => {
                    executed -= 1;
                    world.find(code.sites[at], code.notes[note as usize]);
                }
                Step::Forget(first, cells) => {
                    executed -= 1;
                    private[first as usize..(first + cells) as usize].fill(0);
                }
                Step::Fill(first, table) => {
                    executed -= 1;
                    let table = &code.tables[table as usize];
                    let cells = private[first as usize..].iter_mut().zip(table);
                    cells.for_each(|(cell, word)| *cell = HELD | u64::from(*word));
                }
                Step::Move(to, from) => {
                    executed -= 1;
                    registers[to as usize] = registers[from as usize];
                }
                Step::Enter(counter) => {
                    executed -= 1;
                    self.trips[counter as usize] = 0;
                }
                Step::Trip(counter) => {
                    executed -= 1;
                    self.trips[counter as usize] += 1;
                }
            }
        };
        world.report.executed += executed;
        world.report.work += work;
        stop
    }

    fn reach(&self, world: &World<'_>, at: usize, memory: Common, index: u32, private: bool) -> Reach {
        Reach { site: world.code.sites[at], memory, index, lane: self.number, group: world.group, private }
    }
}

/// The cell of an array of a lane.
fn cell(code: &Code, world: &mut World<'_>, at: usize, variable: u32, index: u32) -> Option<u32> {
    let declared = code.private[variable as usize];
    if index >= declared.cells {
        let what = What::OutOfRange { memory: Memory::Private(variable), index, length: declared.cells };
        world.find(code.sites[at], what);
        return None;
    }
    Some(declared.first + index)
}

fn load(code: &Code, world: &mut World<'_>, private: &[u64], at: usize, cell: u32) -> u32 {
    let held = private[cell as usize];
    if held & HELD == 0 {
        let variable = code.private.partition_point(|private| private.first <= cell).saturating_sub(1) as u32;
        let first = code.private[variable as usize].first;
        world.find(code.sites[at], What::Uninitialised { memory: Memory::Private(variable), cell: cell - first });
    }
    held as u32
}

fn word(operator: Word, a: u32, b: u32) -> Result<u32, What> {
    let (signed_a, signed_b) = (a.cast_signed(), b.cast_signed());
    let shift = || if b < 32 { Ok(b) } else { Err(What::ShiftTooFar { count: b }) };
    Ok(match operator {
        Word::Add => a.wrapping_add(b),
        Word::Subtract => a.wrapping_sub(b),
        Word::Multiply => a.wrapping_mul(b),
        Word::Divide => a.checked_div(b).ok_or(What::DivisionByZero)?,
        Word::Remainder => a.checked_rem(b).ok_or(What::DivisionByZero)?,
        Word::DivideSigned if b == 0 => return Err(What::DivisionByZero),
        Word::DivideSigned => signed_a.checked_div(signed_b).ok_or(What::DivisionOverflow)?.cast_unsigned(),
        Word::And => a & b,
        Word::Or => a | b,
        Word::Xor => a ^ b,
        Word::ShiftLeft => a << shift()?,
        Word::ShiftRight => a >> shift()?,
        Word::ShiftRightSigned => (signed_a >> shift()?).cast_unsigned(),
        Word::DotSigned => packed::dot(ScalarType::I8x4, a, b),
        Word::DotUnsigned => packed::dot(ScalarType::U8x4, a, b),
        Word::Equal => (a == b).into(),
        Word::NotEqual => (a != b).into(),
        Word::Less => (a < b).into(),
        Word::LessOrEqual => (a <= b).into(),
        Word::LessSigned => (signed_a < signed_b).into(),
        Word::LessOrEqualSigned => (signed_a <= signed_b).into(),
        Word::Greater => (a > b).into(),
        Word::GreaterOrEqual => (a >= b).into(),
        Word::GreaterSigned => (signed_a > signed_b).into(),
        Word::GreaterOrEqualSigned => (signed_a >= signed_b).into(),
    })
}

fn wide(operator: Wide, a: u32, b: u32) -> (u32, u32) {
    match operator {
        Wide::Multiply => {
            let product = u64::from(a) * u64::from(b);
            (product as u32, (product >> 32) as u32)
        }
        Wide::Carry => {
            let (sum, carry) = a.overflowing_add(b);
            (sum, carry.into())
        }
        Wide::Borrow => {
            let (difference, borrow) = a.overflowing_sub(b);
            (difference, borrow.into())
        }
    }
}

fn float(device: &Device, operator: Float, a: u32, b: u32) -> u32 {
    match operator {
        Float::Add => device.add(a, b),
        Float::Subtract => device.subtract(a, b),
        Float::Multiply => device.multiply(a, b),
        Float::Divide => device.divide(a, b),
        Float::Equal => device.equal(a, b).into(),
        Float::NotEqual => (!device.equal(a, b)).into(),
        Float::Less => device.less(a, b).into(),
        Float::LessOrEqual => device.less_or_equal(a, b).into(),
    }
}
