//! What the lanes of a dispatch share: buffers, arrays of the group, push constants; and the rules by which they touch
//! them.

use std::collections::BTreeSet;

use lockstep_module::{Access, Combine};

use crate::{
    cells::{Cells, Clash, Toucher},
    code::{Atomic, Code, Common},
    device::Device,
    finding::{Memory, Touch, What},
    report::{RacingRead, Report},
};

/// What may be done with a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The trap words of this dispatch: unsigned minima, from the first word of its own on.
    TrapWords { first: u32, count: u32 },
    /// An array parameter of the interface; `signed` if its cells are `i32`.
    Array { access: Access, signed: bool },
    /// The bitmap of a `claim` array.
    Bitmap,
}

/// A buffer of the module, and what is bound there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// The place among all cells.
    pub(crate) place: usize,
    pub(crate) rule: Rule,
}

/// What racing reads find instead of what is there.
#[derive(Clone, Debug, Default)]
pub struct Garbage {
    /// The reads.
    pub reads: BTreeSet<RacingRead>,
    /// Two runs with different salts find different things.
    pub salt: u32,
}

impl Garbage {
    fn word(&self, read: RacingRead) -> u32 {
        let mixed = self.salt ^ read.site.wrapping_mul(0x9e37_79b9) ^ read.index.wrapping_add(read.lane.into());
        mixed.wrapping_mul(0x85eb_ca6b).rotate_left(13)
    }
}

/// Everything that lanes share.
pub(crate) struct World<'a> {
    pub(crate) code: &'a Code,
    pub(crate) device: Device,
    pub(crate) cells: &'a mut [Cells],
    /// For each buffer of the module.
    pub(crate) bound: Vec<Option<Bound>>,
    pub(crate) shared: Vec<Cells>,
    pub(crate) push: Vec<u32>,
    pub(crate) group_x: u32,
    /// The group, counted over all dispatches, and the first of this dispatch.
    pub(crate) group: u32,
    pub(crate) dispatch: u32,
    pub(crate) shared_interval: u32,
    pub(crate) buffer_interval: u32,
    pub(crate) report: &'a mut Report,
    pub(crate) garbage: Option<&'a Garbage>,
    pub(crate) most_steps: u64,
    pub(crate) stop_at_first: bool,
    pub(crate) halted: bool,
}

impl World<'_> {
    pub(crate) fn find(&mut self, site: u32, what: What) {
        self.report.find(Some(site), what);
        self.halted |= self.stop_at_first;
    }

    pub(crate) fn read(&mut self, at: Reach) -> u32 {
        let Some((cells, cell)) = self.touch(at, Touch::Read) else { return 0 };
        let fresh = matches!(at.memory, Common::Shared(_)) && !cells.is_written(cell, at.group);
        let word = cells.words[cell];
        if let Some(garbage) = self.garbage
            && garbage.reads.contains(&at.racing())
        {
            return garbage.word(at.racing());
        }
        if fresh {
            let memory = self.named(at.memory);
            self.find(at.site, What::Uninitialised { memory, cell: at.index });
            return 0;
        }
        word
    }

    pub(crate) fn write(&mut self, at: Reach, word: u32) {
        if let Some((cells, cell)) = self.touch(at, Touch::Write) {
            cells.words[cell] = word;
        }
    }

    pub(crate) fn combine(&mut self, at: Reach, operator: Atomic, word: u32) -> u32 {
        if let Common::Shared(array) = at.memory
            && let Some(cells) = self.shared.get(array as usize)
            && (at.index as usize) < cells.words.len()
            && !cells.is_written(at.index as usize, at.group)
        {
            let memory = self.named(at.memory);
            self.find(at.site, What::Uninitialised { memory, cell: at.index });
        }
        let Some((cells, cell)) = self.touch(at, Touch::Atomic(operator)) else { return 0 };
        let old = cells.words[cell];
        cells.words[cell] = combined(operator, old, word);
        old
    }

    /// The cell that is touched, once the touch is noted; None if there is none.
    fn touch(&mut self, at: Reach, touch: Touch) -> Option<(&mut Cells, usize)> {
        let memory = self.named(at.memory);
        let (place, interval, first, length) = match at.memory {
            Common::Shared(array) => (array as usize, self.shared_interval, 0, self.shared[array as usize].words.len()),
            Common::Buffer(buffer) => {
                let Some(Bound { place, rule }) = self.bound[buffer as usize] else {
                    let binding = self.code.buffers[buffer as usize].binding;
                    self.find(at.site, What::NoSuchBuffer { binding });
                    return None;
                };
                self.check_rule(at, buffer, rule, touch);
                let (first, length) = match rule {
                    Rule::TrapWords { first, count } => (first, (first + count) as usize),
                    _ => (0, self.cells[place].words.len()),
                };
                (place, self.buffer_interval, first, length)
            }
        };
        if at.index < first || at.index as usize >= length {
            self.find(at.site, What::OutOfRange { memory, index: at.index, length: length as u32 });
            return None;
        }
        let by = Toucher {
            group: self.group,
            dispatch: matches!(at.memory, Common::Buffer(_)).then_some(self.dispatch),
            lane: at.lane,
            interval,
            private: at.private,
        };
        let cells = match at.memory {
            Common::Shared(_) => &mut self.shared[place],
            Common::Buffer(_) => &mut self.cells[place],
        };
        if let Some(clash) = cells.touch(at.index as usize, touch, &by) {
            self.clash(at, memory, touch, clash);
        }
        let cells = match at.memory {
            Common::Shared(_) => &mut self.shared[place],
            Common::Buffer(_) => &mut self.cells[place],
        };
        Some((cells, at.index as usize))
    }

    /// A race. Of a read it is told apart whether its value matters; the reads are those that come later, and in a run
    /// of the other order the others do.
    fn clash(&mut self, at: Reach, memory: Memory, now: Touch, clash: Clash) {
        let cell = at.index;
        let what = match (clash, now) {
            (Clash::Lanes(earlier), now) => What::Race { memory, cell, earlier, now },
            (Clash::Groups(earlier), now) => What::RaceOfGroups { memory, cell, earlier, now },
            (Clash::Operators(earlier), Touch::Atomic(now)) => What::MixedOperators { memory, cell, earlier, now },
            (Clash::Private | Clash::Operators(_), _) => What::PrivateExchange { memory, cell },
        };
        if now == Touch::Read {
            self.report.racing.insert(at.racing());
        }
        match (clash, now) {
            (_, Touch::Read) | (Clash::Lanes(Touch::Read) | Clash::Groups(Touch::Read), _) => {
                self.report.find_race(at.site, what);
            }
            _ => self.find(at.site, what),
        }
    }

    fn check_rule(&mut self, at: Reach, buffer: u32, rule: Rule, now: Touch) {
        let declared = self.code.buffers[buffer as usize];
        let binding = declared.binding;
        if declared.read_only && now != Touch::Read {
            self.find(at.site, What::WritesReadOnly { binding });
        }
        match rule {
            Rule::TrapWords { .. } if now != Touch::Atomic(Atomic::Minimum) => {
                self.find(at.site, What::BreaksTrapWord { now });
            }
            Rule::Array { access, signed } if !allows(access, signed, now) => {
                self.find(at.site, What::BreaksAccess { binding, access, now });
            }
            _ => {}
        }
    }

    fn named(&self, memory: Common) -> Memory {
        match memory {
            Common::Shared(array) => Memory::Shared(array),
            Common::Buffer(buffer) => Memory::Buffer(self.code.buffers[buffer as usize].binding),
        }
    }
}

/// An access of a lane to what is shared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    pub(crate) site: u32,
    pub(crate) memory: Common,
    pub(crate) index: u32,
    pub(crate) lane: u16,
    pub(crate) group: u32,
    pub(crate) private: bool,
}

impl Reach {
    fn racing(&self) -> RacingRead {
        RacingRead { group: self.group, lane: self.lane, site: self.site, index: self.index }
    }
}

/// Whether an array with this access may be touched so. The host orders dispatches by the access, so one that only
/// reads must never be written, and one that is combined into must not be touched in another way.
fn allows(access: Access, signed: bool, now: Touch) -> bool {
    match (access, now) {
        (Access::In, _) => now == Touch::Read,
        (Access::Accumulate(combine), Touch::Atomic(operator)) => {
            let wanted = match (combine, signed) {
                (Combine::Add, _) => Atomic::Add,
                (Combine::Minimum, false) => Atomic::Minimum,
                (Combine::Minimum, true) => Atomic::MinimumSigned,
                (Combine::Maximum, false) => Atomic::Maximum,
                (Combine::Maximum, true) => Atomic::MaximumSigned,
                (Combine::And, _) => Atomic::And,
                (Combine::Or, _) => Atomic::Or,
                (Combine::Xor, _) => Atomic::Xor,
            };
            operator == wanted
        }
        (Access::Accumulate(_), _) => false,
        _ => true,
    }
}

fn combined(operator: Atomic, old: u32, word: u32) -> u32 {
    match operator {
        Atomic::Add => old.wrapping_add(word),
        Atomic::Minimum => old.min(word),
        Atomic::MinimumSigned => old.cast_signed().min(word.cast_signed()).cast_unsigned(),
        Atomic::Maximum => old.max(word),
        Atomic::MaximumSigned => old.cast_signed().max(word.cast_signed()).cast_unsigned(),
        Atomic::And => old & word,
        Atomic::Or => old | word,
        Atomic::Xor => old ^ word,
    }
}
