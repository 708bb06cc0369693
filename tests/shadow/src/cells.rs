//! Shadow memory: who touched each cell of what lanes share, and when. With it every race is seen, whatever the order
//! in which lanes are run.
//!
//! A group's run is cut into *intervals* by its barriers. A cell keeps, for the group that touched it last, the lane
//! and interval of the last write, read and atomic operation, and whether there was more than one such lane; of the
//! groups before, only what they did.

use crate::{code::Atomic, finding::Touch};

/// The memory of a buffer, or of an array of the group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    pub(crate) words: Vec<u32>,
    shadows: Vec<Shadow>,
}

/// Who touches a cell, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toucher {
    /// The number of the group, counted over all dispatches from 1.
    pub(crate) group: u32,
    /// That of the first group of the dispatch; None where no group sees the cells of another.
    pub(crate) dispatch: Option<u32>,
    pub(crate) lane: u16,
    pub(crate) interval: u32,
    /// The access is private to its lane. Atomic operations never are.
    pub(crate) private: bool,
}

/// Why a touch clashes with earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clash {
    Lanes(Touch),
    Groups(Touch),
    Private,
    Operators(Atomic),
}

#[derive(Clone, Copy, Debug, Default)]
struct Shadow {
    group: u32,
    write: Mark,
    read: Mark,
    atomic: Mark,
    /// The last atomic operator.
    operator: Option<Atomic>,
    /// What groups before this one did in this dispatch.
    before: Before,
    /// The last write was private to its lane.
    private: bool,
    /// The group wrote it, or found it written: of arrays of a group, which begin as nothing.
    written: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Before {
    read: bool,
    write: bool,
    atomic: Option<Atomic>,
}

/// The last interval in which something was done, 0 for never; and by which lane.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    interval: u32,
    lane: u16,
    several: bool,
}

impl Mark {
    fn set(&mut self, by: &Toucher) {
        let again = self.interval == by.interval;
        self.several = again && (self.several || self.lane != by.lane);
        (self.interval, self.lane) = (by.interval, by.lane);
    }

    /// Whether it was done by another lane in this interval.
    fn by_another(&self, by: &Toucher) -> bool {
        self.interval == by.interval && (self.several || self.lane != by.lane)
    }

    /// Whether it was done by another lane in an earlier interval.
    fn earlier_by_another(&self, by: &Toucher) -> bool {
        self.interval != 0 && self.interval < by.interval && (self.several || self.lane != by.lane)
    }
}

impl Cells {
    pub(crate) fn new(words: Vec<u32>) -> Cells {
        Cells { shadows: vec![Shadow::default(); words.len()], words }
    }

    /// Notes a touch: how it clashes with an earlier one, if it does.
    #[inline]
    pub(crate) fn touch(&mut self, cell: usize, touch: Touch, by: &Toucher) -> Option<Clash> {
        self.shadows.get_mut(cell).and_then(|shadow| shadow.touch(touch, by))
    }

    /// Whether this group wrote the cell.
    pub(crate) fn is_written(&self, cell: usize, group: u32) -> bool {
        self.shadows.get(cell).is_some_and(|shadow| shadow.group == group && shadow.written)
    }
}

impl Shadow {
    #[inline]
    fn touch(&mut self, touch: Touch, by: &Toucher) -> Option<Clash> {
        if self.group != by.group {
            self.turn(by);
        }
        let clash = self.clash(touch, by);
        match touch {
            Touch::Read => self.read.set(by),
            Touch::Write => {
                self.write.set(by);
                self.private = by.private;
                self.written = true;
            }
            Touch::Atomic(operator) => {
                self.atomic.set(by);
                self.operator = Some(operator);
                self.written = true;
            }
        }
        clash
    }

    /// Another group comes to the cell.
    fn turn(&mut self, by: &Toucher) {
        let of_this_dispatch = by.dispatch.is_some_and(|first| self.group >= first);
        let before = match of_this_dispatch {
            true => Before {
                read: self.before.read || self.read.interval != 0,
                write: self.before.write || self.write.interval != 0,
                atomic: self.operator.or(self.before.atomic),
            },
            false => Before::default(),
        };
        *self = Shadow { group: by.group, before, ..Shadow::default() };
    }

    fn clash(&self, touch: Touch, by: &Toucher) -> Option<Clash> {
        let (reads, operator) = match touch {
            Touch::Read => (true, None),
            Touch::Write => (false, None),
            Touch::Atomic(operator) => (false, Some(operator)),
        };
        let before = self.before;
        if before.write {
            return Some(Clash::Groups(Touch::Write));
        }
        if before.read && !reads {
            return Some(Clash::Groups(Touch::Read));
        }
        match (before.atomic, operator) {
            (Some(one), Some(other)) if one != other => return Some(Clash::Operators(one)),
            (Some(one), None) => return Some(Clash::Groups(Touch::Atomic(one))),
            _ => {}
        }
        if self.write.by_another(by) {
            return Some(Clash::Lanes(Touch::Write));
        }
        if !reads && self.read.by_another(by) {
            return Some(Clash::Lanes(Touch::Read));
        }
        if let (true, Some(one)) = (self.atomic.by_another(by), self.operator) {
            match operator {
                Some(other) if one != other => return Some(Clash::Operators(one)),
                Some(_) => {}
                None => return Some(Clash::Lanes(Touch::Atomic(one))),
            }
        }
        let private = operator.is_none() && by.private;
        let crosses = self.write.earlier_by_another(by) && (private || self.private)
            || self.atomic.earlier_by_another(by) && private;
        crosses.then_some(Clash::Private)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clash, Shadow, Toucher};
    use crate::{
        code::Atomic,
        finding::Touch::{self, Read, Write},
    };

    fn by(group: u32, lane: u16, interval: u32) -> Toucher {
        Toucher { group, dispatch: Some(10), lane, interval, private: false }
    }

    fn after(touches: &[(Touch, Toucher)]) -> Option<Clash> {
        let mut shadow = Shadow::default();
        let mut last = None;
        for (touch, by) in touches {
            assert_eq!(last, None, "only the last clashes");
            last = shadow.touch(*touch, by);
        }
        last
    }

    const ADD: Touch = Touch::Atomic(Atomic::Add);

    #[test]
    fn lanes_of_an_interval_clash() {
        for (one, other) in [(Read, Write), (Write, Read), (Write, Write), (ADD, Read), (Read, ADD), (Write, ADD)] {
            assert_eq!(after(&[(one, by(10, 0, 1)), (other, by(10, 1, 1))]), Some(Clash::Lanes(one)));
            assert_eq!(after(&[(one, by(10, 0, 1)), (other, by(10, 0, 1))]), None);
            assert_eq!(after(&[(one, by(10, 0, 1)), (other, by(10, 1, 2))]), None);
        }
        assert_eq!(after(&[(Read, by(10, 0, 1)), (Read, by(10, 1, 1)), (ADD, by(10, 1, 1))]), Some(Clash::Lanes(Read)));
        assert_eq!(after(&[(ADD, by(10, 0, 1)), (ADD, by(10, 1, 1))]), None);
        let xor = Touch::Atomic(Atomic::Xor);
        assert_eq!(after(&[(ADD, by(10, 0, 1)), (xor, by(10, 1, 1))]), Some(Clash::Operators(Atomic::Add)));
        assert_eq!(after(&[(ADD, by(10, 0, 1)), (xor, by(10, 1, 2))]), None);
    }

    #[test]
    fn groups_clash_whatever_the_interval() {
        for (one, other) in [(Read, Write), (Write, Read), (Write, Write), (ADD, Read), (Read, ADD), (Write, ADD)] {
            assert_eq!(after(&[(one, by(10, 0, 1)), (other, by(11, 0, 7))]), Some(Clash::Groups(one)));
            assert!(after(&[(one, by(10, 0, 1)), (ADD, by(10, 0, 2)), (other, by(12, 0, 7))]).is_some());
            let later = Toucher { dispatch: Some(11), ..by(11, 0, 7) };
            assert_eq!(after(&[(one, by(10, 0, 1)), (other, later)]), None);
            let alone = Toucher { dispatch: None, ..by(9, 0, 7) };
            assert_eq!(after(&[(one, by(10, 0, 1)), (other, alone)]), None);
        }
        assert_eq!(after(&[(Read, by(10, 0, 1)), (Read, by(11, 0, 2)), (Read, by(12, 0, 3))]), None);
        let first = [(Read, by(10, 0, 1)), (Read, by(11, 0, 2))];
        assert_eq!(after(&[first[0], first[1], (Write, by(12, 0, 3))]), Some(Clash::Groups(Read)));
    }

    #[test]
    fn what_crosses_a_barrier_is_not_private() {
        let private = |lane, interval| Toucher { private: true, ..by(10, lane, interval) };
        assert_eq!(after(&[(Write, private(0, 1)), (Read, by(10, 1, 2))]), Some(Clash::Private));
        assert_eq!(after(&[(Write, by(10, 0, 1)), (Read, private(1, 2))]), Some(Clash::Private));
        assert_eq!(after(&[(Write, by(10, 0, 1)), (Write, private(1, 2))]), Some(Clash::Private));
        assert_eq!(after(&[(ADD, private(0, 1)), (Read, by(10, 1, 2))]), None);
        assert_eq!(after(&[(ADD, by(10, 0, 1)), (Read, private(1, 2))]), Some(Clash::Private));
        assert_eq!(after(&[(Read, private(0, 1)), (Write, private(1, 2))]), None);
        assert_eq!(after(&[(Write, private(0, 1)), (Read, private(0, 2))]), None);
    }
}
