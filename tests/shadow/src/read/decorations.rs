//! What decorations say, by what they decorate.

use std::collections::{HashMap, HashSet};

use rspirv::spirv::{BuiltIn, Decoration, Op};

use crate::words::opcode;

#[derive(Debug, Default)]
pub(super) struct Decorations {
    pub(super) no_contraction: HashSet<u32>,
    pub(super) read_only: HashSet<u32>,
    /// Structs of which a member is not to be written.
    pub(super) read_only_members: HashSet<(u32, u32)>,
    pub(super) sets: HashMap<u32, u32>,
    pub(super) bindings: HashMap<u32, u32>,
    pub(super) built_ins: HashMap<u32, u32>,
    pub(super) strides: HashMap<u32, u32>,
    pub(super) offsets: HashMap<(u32, u32), u32>,
    /// Any other on what it decorates, which would have to be understood.
    pub(super) others: HashSet<u32>,
}

impl Decorations {
    pub(super) fn of(instructions: &[&[u32]]) -> Decorations {
        let mut found = Decorations::default();
        for instruction in instructions {
            match (Op::from_u32(opcode(instruction)), &instruction[1..]) {
                (Some(Op::Decorate), [target, decoration, rest @ ..]) => found.decorate(*target, *decoration, rest),
                (Some(Op::MemberDecorate), [target, member, decoration, rest @ ..]) => {
                    found.decorate_member((*target, *member), *decoration, rest);
                }
                _ => {}
            }
        }
        found
    }

    fn decorate(&mut self, target: u32, decoration: u32, rest: &[u32]) {
        match (Decoration::from_u32(decoration), rest) {
            (Some(Decoration::NoContraction), []) => drop(self.no_contraction.insert(target)),
            (Some(Decoration::NonWritable), []) => drop(self.read_only.insert(target)),
            (Some(Decoration::Block), []) => {}
            (Some(Decoration::DescriptorSet), [set]) => drop(self.sets.insert(target, *set)),
            (Some(Decoration::Binding), [binding]) => drop(self.bindings.insert(target, *binding)),
            (Some(Decoration::BuiltIn), [built_in]) => drop(self.built_ins.insert(target, *built_in)),
            (Some(Decoration::ArrayStride), [stride]) => drop(self.strides.insert(target, *stride)),
            _ => drop(self.others.insert(target)),
        }
    }

    fn decorate_member(&mut self, member: (u32, u32), decoration: u32, rest: &[u32]) {
        match (Decoration::from_u32(decoration), rest) {
            (Some(Decoration::Offset), [offset]) => drop(self.offsets.insert(member, *offset)),
            (Some(Decoration::NonWritable), []) => drop(self.read_only_members.insert(member)),
            _ => drop(self.others.insert(member.0)),
        }
    }

    /// Whether it is the built-in variable of this name.
    pub(super) fn is_built_in(&self, variable: u32, built_in: BuiltIn) -> bool {
        self.built_ins.get(&variable) == Some(&(built_in as u32))
    }
}
