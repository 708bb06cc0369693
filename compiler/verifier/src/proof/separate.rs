//! Law 3 on accesses: which of them two lanes may make without a barrier between, and that they then lead to different
//! places. In an `each` kernel there is no barrier: all accesses to an array that is written are compared, over the whole
//! dispatch. In a tile kernel the groups are compared over the whole dispatch, and the lanes of a group from barrier to
//! barrier; the end of a loop's body and its beginning belong together.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    rc::Rc,
};

use super::{
    interface::Grid,
    meet::{Level, Meet},
    polynomial::{Atom, Polynomial},
    space::{Reach, Space},
    spot::{Spot, Targets},
    uniform::has_barrier,
    words::Words,
};
use crate::tree::{AtomicOperator, Buffer, Site, Step, Value};

/// The most accesses to one array that lead to different places, and the most pairs of them.
const MAX_TOUCHES: usize = 2048;
const MAX_PAIRS: usize = 1 << 20;

/// What an access does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Does {
    Read,
    Write,
    Combine(AtomicOperator),
}

impl Does {
    /// Whether the order of two, or whether one sees the other, is seen.
    fn conflicts(self, other: Does) -> bool {
        match (self, other) {
            (Does::Read, Does::Read) => false,
            (Does::Combine(a), Does::Combine(b)) => a != b,
            _ => true,
        }
    }
}

/// An array that lanes have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Common {
    Array(u32),
    Shared(u32),
}

/// An access.
struct Touch {
    does: Does,
    spots: Vec<Spot>,
    site: Site,
}

/// The accesses since the last barrier, and which loops have had none.
#[derive(Clone, Debug, Default)]
pub(super) struct Open {
    touches: BTreeMap<Common, BTreeSet<usize>>,
    /// For each loop around, whether no barrier has come in this trip.
    first: Vec<bool>,
}

/// A cell whose bit a lane has set, or found set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) claim: u32,
    pub(super) cell: Value,
}

/// A bit that was set, and what was there before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub(super) held: Held,
    pub(super) old: Value,
    pub(super) bit: Value,
}

/// Two accesses that lanes may make at once.
type Pair = (Common, usize, usize, bool);

pub(super) struct Separation {
    grid: Grid,
    exchanged: Vec<bool>,
    touches: BTreeMap<Common, Vec<Touch>>,
    /// The sizes of each array, the last first, with which its places were made.
    sizes: BTreeMap<Common, Vec<Polynomial>>,
    /// Lists of facts, each once.
    facts: HashSet<Rc<Vec<Polynomial>>>,
    open: Open,
    /// For each loop around the accesses before its first barrier.
    heads: Vec<BTreeMap<Common, BTreeSet<usize>>>,
    pairs: BTreeSet<Pair>,
    /// Whether there are more of them than are looked at.
    full: bool,
    held: Option<Held>,
    lost: Option<Held>,
    /// The bit that was set last.
    set: Option<Set>,
    bits: BTreeMap<u32, u32>,
}

/// Two accesses that are not shown to lead to different places.
pub(super) struct Meeting {
    pub(super) common: Common,
    pub(super) sites: [Site; 2],
    /// Whether lanes of different groups may meet.
    pub(super) groups: bool,
}

impl Separation {
    pub(super) fn new(grid: Grid, buffers: &[Buffer]) -> Separation {
        Separation {
            grid,
            exchanged: buffers.iter().map(|buffer| buffer.exchanged).collect(),
            touches: BTreeMap::new(),
            sizes: BTreeMap::new(),
            facts: HashSet::new(),
            open: Open::default(),
            heads: Vec::new(),
            pairs: BTreeSet::new(),
            full: false,
            held: None,
            lost: None,
            set: None,
            bits: BTreeMap::new(),
        }
    }

    /// What lanes and groups differ in.
    pub(super) fn target(&self) -> Targets {
        vec![self.grid.lane.clone(), self.grid.group.clone()]
    }

    /// The lane in its group, of a tile kernel.
    pub(super) fn lane(&self) -> Option<Atom> {
        self.grid.lane.single().filter(|_| !self.grid.each)
    }

    pub(super) fn group(&self) -> Polynomial {
        self.grid.group.clone()
    }

    pub(super) fn touch_array(&mut self, binding: u32, sizes: &[Polynomial], does: Does, spots: Vec<Spot>, site: Site) {
        self.sizes.entry(Common::Array(binding)).or_insert_with(|| sizes.to_vec());
        self.touch(Common::Array(binding), does, spots, site);
    }

    pub(super) fn touch_shared(&mut self, shared: u32, does: Does, spots: Vec<Spot>, site: Site) {
        self.touch(Common::Shared(shared), does, spots, site);
    }

    /// How many steps it takes to note an access to an array of a lane's group, or to an array parameter.
    pub(super) fn steps(&self, common: Common) -> usize {
        self.touches.get(&common).map_or(1, |touches| 1 + touches.len())
    }

    fn touch(&mut self, common: Common, does: Does, found: Vec<Spot>, site: Site) {
        let mut spots: Vec<Spot> = Vec::with_capacity(found.len());
        for mut spot in found {
            match self.facts.get(&spot.facts) {
                Some(facts) => spot.facts = Rc::clone(facts),
                None => drop(self.facts.insert(Rc::clone(&spot.facts))),
            }
            if !spots.contains(&spot) {
                spots.push(spot);
            }
        }
        let touches = self.touches.entry(common).or_default();
        let found = touches.iter().position(|touch| touch.does == does && touch.spots == spots);
        let number = found.unwrap_or_else(|| {
            touches.push(Touch { does, spots, site });
            touches.len() - 1
        });
        self.full |= touches.len() > MAX_TOUCHES || self.pairs.len() > MAX_PAIRS;
        if self.full {
            return;
        }
        let open = self.open.touches.entry(common).or_default();
        open.insert(number);
        // What is open already meets others that came to be open in the other arm of a branch.
        if !self.grid.each {
            self.pairs.extend(open.iter().map(|other| (common, *other.min(&number), *other.max(&number), false)));
        }
        for (head, first) in self.heads.iter_mut().zip(&self.open.first) {
            if *first {
                head.entry(common).or_default().insert(number);
            }
        }
    }

    /// What has been accessed is seen by all lanes of the group.
    pub(super) fn barrier(&mut self, arrays: bool) {
        let exchanged = &self.exchanged;
        self.open.touches.retain(|common, _| match common {
            Common::Shared(_) => false,
            Common::Array(binding) => !(arrays && exchanged.get(*binding as usize) == Some(&true)),
        });
        self.open.first.iter_mut().for_each(|first| *first = false);
    }

    pub(super) fn snapshot(&self) -> Open {
        self.open.clone()
    }

    pub(super) fn resume(&mut self, open: &Open) {
        self.open = open.clone();
    }

    /// What lanes do in one arm of a branch meets what others do in its other arm, since what was open `before`.
    pub(super) fn arms(&mut self, before: &Open, arms: &[Open]) {
        let [one, other] = arms else { return };
        if self.grid.each {
            return;
        }
        for (common, touches) in &one.touches {
            let Some(others) = other.touches.get(common) else { continue };
            let known = before.touches.get(common);
            let new = |touch: &&usize| known.is_none_or(|known| !known.contains(touch));
            for i in touches.iter().filter(new) {
                self.pairs.extend(others.iter().filter(new).map(|j| (*common, *i.min(j), *i.max(j), false)));
                if self.pairs.len() > MAX_PAIRS {
                    self.full = true;
                    return;
                }
            }
        }
    }

    /// What may be open where several ways come together.
    pub(super) fn merge(&mut self, ends: Vec<Open>) {
        let mut ends = ends.into_iter();
        let Some(mut all) = ends.next() else { return };
        for end in ends {
            for (common, touches) in end.touches {
                all.touches.entry(common).or_default().extend(touches);
            }
            for (first, other) in all.first.iter_mut().zip(end.first) {
                *first |= other;
            }
        }
        self.open = all;
    }

    /// Enters a loop; true if it has a barrier, so that the lanes of a group make its trips together.
    pub(super) fn enter_loop(&mut self, body: &[Step]) -> bool {
        let together = has_barrier(body);
        if together {
            self.heads.push(BTreeMap::new());
            self.open.first.push(true);
        }
        together
    }

    pub(super) fn leave_loop(&mut self, together: bool) {
        if !together {
            return;
        }
        self.open.first.pop();
        for (common, head) in self.heads.pop().into_iter().flatten() {
            for end in self.open.touches.get(&common).into_iter().flatten() {
                for first in &head {
                    self.pairs.insert((common, (*end).min(*first), (*end).max(*first), true));
                }
            }
        }
    }

    /// A bit of a bitmap was set.
    pub(super) fn bit(&mut self, set: Set) {
        self.set = Some(set);
    }

    pub(super) fn set(&self) -> Option<Set> {
        self.set
    }

    pub(super) fn hold(&mut self, held: Option<Held>, lost: Option<Held>) {
        (self.held, self.lost) = (held, lost);
    }

    pub(super) fn held(&self) -> Option<Held> {
        self.held
    }

    pub(super) fn lost(&self) -> Option<Held> {
        self.lost
    }

    /// Whether the cells of a claimed array may be held by the bits of a bitmap: always the same one.
    pub(super) fn bit_stands_for(&mut self, claim: u32, bitmap: u32) -> bool {
        bitmap <= claim && *self.bits.entry(claim).or_insert(bitmap) == bitmap
    }

    /// For each array the first accesses found that are not shown to be apart.
    pub(super) fn meetings(&self, words: &mut Words<'_>) -> Vec<Meeting> {
        let mut meet = Meet::new(words, self.lane());
        let mut found = Vec::new();
        for (common, touches) in &self.touches {
            let written = touches.iter().any(|touch| touch.does != Does::Read);
            if !written || matches!(common, Common::Shared(_)) {
                continue;
            }
            let level = Level { same: Reach::Dispatch, target: usize::from(!self.grid.each) };
            let pairs = (0..touches.len()).flat_map(|i| (i..touches.len()).map(move |j| (i, j)));
            let meeting = pairs.into_iter().find(|(i, j)| !self.apart(&mut meet, level, *common, (*i, *j)));
            found.extend(meeting.map(|(i, j)| self.made(*common, touches, (i, j), true)));
        }
        let mut bad: BTreeSet<Common> = BTreeSet::new();
        for (common, i, j, crossing) in &self.pairs {
            let level = Level { same: if *crossing { Reach::Group } else { Reach::Trip }, target: 0 };
            if !bad.contains(common) && !self.apart(&mut meet, level, *common, (*i, *j)) {
                bad.insert(*common);
                let touches = self.touches.get(common).map(Vec::as_slice).unwrap_or_default();
                found.push(self.made(*common, touches, (*i, *j), false));
            }
        }
        found
    }

    /// Whether two accesses to an array do not conflict, or lead to different places on all of their ways.
    fn apart(&self, meet: &mut Meet<'_, '_>, level: Level, common: Common, (i, j): (usize, usize)) -> bool {
        let Some(touches) = self.touches.get(&common) else { return true };
        let (Some(a), Some(b)) = (touches.get(i), touches.get(j)) else { return true };
        let sizes = self.sizes.get(&common).map(Vec::as_slice).unwrap_or_default();
        !a.does.conflicts(b.does) || a.spots.iter().all(|x| b.spots.iter().all(|y| meet.apart(level, x, y, sizes)))
    }

    /// Whether there are more accesses than are looked at.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// What an access leads to, in words.
    pub(super) fn show(&self, meeting: &Meeting, space: &Space) -> String {
        let touches = self.touches.get(&meeting.common).into_iter().flatten();
        let of = |site: Site| {
            let found = touches.clone().find(|touch| touch.site == site);
            found.map(|touch| touch.spots.iter().map(|spot| spot.show(space)).collect::<Vec<_>>().join(" or "))
        };
        let [first, second] = meeting.sites.map(|site| of(site).unwrap_or_default());
        format!("{second}, and {first}")
    }

    fn made(&self, common: Common, touches: &[Touch], (i, j): (usize, usize), groups: bool) -> Meeting {
        let site = |i: usize| touches.get(i).map_or(Site::default(), |touch| touch.site);
        Meeting { common, sites: [site(i), site(j)], groups }
    }
}
