//! A dispatch: its groups one after the other, and in each group every lane up to its next barrier, where all must
//! meet. The order of groups and of lanes is chosen, for no result may depend on it.

use std::mem;

use crate::{
    cells::Cells,
    code::Code,
    device::Device,
    finding::What,
    lane::{Lane, Stop},
    report::Report,
    world::{Bound, Garbage, World},
};

/// The order in which groups run, and the lanes of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The first first.
    #[default]
    Ascending,
    /// The last first.
    Descending,
}

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The device that is simulated.
    pub device: Device,
    /// The order of groups and lanes.
    pub order: Order,
    /// The most ranges of groups into which a dispatch is cut, as a host may.
    pub slices: u32,
    /// The most instructions.
    pub most_steps: u64,
    /// Whether the run ends with the first finding.
    pub stop_at_first: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            device: Device::default(),
            order: Order::Ascending,
            slices: 1,
            most_steps: 1 << 32,
            stop_at_first: false,
        }
    }
}

/// A dispatch that is to run.
pub(crate) struct Launch<'a> {
    pub(crate) code: &'a Code,
    pub(crate) groups: u32,
    /// The push constants; the first group of a slice is set here.
    pub(crate) push: Vec<u32>,
    /// For each buffer of the module what is bound there.
    pub(crate) bound: Vec<Option<Bound>>,
    /// Groups that ran in dispatches before this one.
    pub(crate) groups_before: u32,
}

/// Runs a dispatch. False if the run is over.
pub(crate) fn run(
    launch: Launch<'_>,
    cells: &mut [Cells],
    settings: &Settings,
    garbage: Option<&Garbage>,
    report: &mut Report,
) -> bool {
    let Launch { code, groups, push, bound, groups_before } = launch;
    let mut world = World {
        code,
        device: settings.device,
        cells,
        bound,
        shared: code.shared.iter().map(|cells| Cells::new(vec![0; *cells as usize])).collect(),
        push,
        group_x: 0,
        group: 0,
        dispatch: groups_before.wrapping_add(1),
        shared_interval: 1,
        buffer_interval: 1,
        report,
        garbage,
        most_steps: settings.most_steps,
        stop_at_first: settings.stop_at_first,
        halted: false,
    };
    let mut lanes = Lanes::new(code);
    let of_a_slice = groups.div_ceil(settings.slices.max(1)).max(1);
    for place in 0..groups {
        let group = ordered(settings.order, place, groups);
        let first = group / of_a_slice * of_a_slice;
        if let Some(word) = world.push.get_mut(lockstep_module::spirv_abi::WORD_FIRST_GROUP as usize) {
            *word = first;
        }
        world.group_x = group - first;
        world.group = world.dispatch.wrapping_add(group);
        world.shared_interval += 1;
        world.buffer_interval += 1;
        lanes.run(&mut world, settings.order);
        if world.halted {
            return false;
        }
    }
    true
}

fn ordered(order: Order, place: u32, count: u32) -> u32 {
    match order {
        Order::Ascending => place,
        Order::Descending => count - 1 - place,
    }
}

/// The lanes of a group, with their registers and memories. Where lanes never wait they share one set of them.
struct Lanes<'c> {
    code: &'c Code,
    registers: Vec<u32>,
    private: Vec<u64>,
}

impl<'c> Lanes<'c> {
    fn new(code: &'c Code) -> Lanes<'c> {
        let sets = if code.waits() { code.lanes as usize } else { 1 };
        let mut registers = vec![0; code.registers * sets];
        if code.registers > 0 {
            registers
                .chunks_mut(code.registers)
                .for_each(|set| set[..code.constants.len()].copy_from_slice(&code.constants));
        }
        Lanes { code, registers, private: vec![0; code.private_cells * sets] }
    }

    fn run(&mut self, world: &mut World<'_>, order: Order) {
        if !self.code.waits() {
            for place in 0..self.code.lanes {
                let mut lane = Lane::new(self.code, ordered(order, place, self.code.lanes) as u16);
                if lane.run(world, &mut self.registers, &mut self.private) == Stop::Halted {
                    return;
                }
            }
            return;
        }
        let mut lanes: Vec<Lane> = (0..self.code.lanes as u16).map(|number| Lane::new(self.code, number)).collect();
        loop {
            let mut met = None;
            for place in 0..self.code.lanes {
                let number = ordered(order, place, self.code.lanes) as usize;
                let lane = &mut lanes[number];
                let (registers, private) = (self.code.registers, self.code.private_cells);
                let registers = &mut self.registers[number * registers..][..registers];
                let private = &mut self.private[number * private..][..private];
                let stop = lane.run(world, registers, private);
                if stop == Stop::Halted {
                    return;
                }
                // All come to the same barrier, in the same trips of the loops around it; or all end.
                let here = match stop {
                    Stop::Barrier(barrier) => Some((barrier, lane.trips(self.code, barrier).collect::<Vec<u32>>())),
                    _ => None,
                };
                let first = met.get_or_insert_with(|| here.clone());
                if *first != here {
                    let barrier = first.as_ref().or(here.as_ref()).map_or(0, |(barrier, _)| *barrier);
                    world.report.find(self.site_of(barrier), What::DivergentBarrier);
                    // There is no meaning in going on.
                    world.halted = true;
                    return;
                }
            }
            let Some(Some((barrier, _))) = mem::take(&mut met) else { return };
            let barrier = &self.code.barriers[barrier as usize];
            world.shared_interval += u32::from(barrier.orders_shared);
            world.buffer_interval += u32::from(barrier.orders_buffers);
        }
    }

    fn site_of(&self, barrier: u32) -> Option<u32> {
        let is_it = |step: &crate::code::Step| matches!(step, crate::code::Step::Barrier(number) if *number == barrier);
        self.code.steps.iter().position(is_it).map(|at| self.code.sites[at])
    }
}
