//! The variables outside of functions, and that they are what the claimed signature and the book's chapter *SPIR-V*
//! promise to a host.

use lockstep_module::{Access, Launch, ParameterKind, spirv_abi};
use rspirv::spirv::{BuiltIn, Decoration, StorageClass};

use super::{
    Reading,
    ids::{Class, Id},
    limits,
    module::Module,
    words::{self, Instruction},
};
use crate::{
    refusal::Refusal,
    rules,
    tree::{Buffer, Shared},
};

impl Module<'_> {
    /// Reads a variable outside of functions.
    pub(super) fn global(&mut self, instruction: &Instruction<'_>) -> Reading<()> {
        let refuse = |what: &str| Err(Refusal::at(rules::VARIABLE, instruction.site, what));
        let [ty, id, class] = instruction.exactly()?;
        let Id::Pointer(of, pointee) = self.ids.get(ty) else {
            return Err(Refusal::at(rules::RESULT, instruction.site, "the type of a variable is a pointer"));
        };
        let decorations = self.ids.decorations.take(id);
        let decorated = |wanted: &[Decoration]| {
            let literal = |decoration: &Decoration| {
                decorations.iter().find(|one| one.decoration == *decoration && one.member.is_none())
            };
            let found: Option<Vec<u32>> = wanted.iter().map(|one| literal(one).map(|one| one.literal)).collect();
            found.filter(|found| found.len() == decorations.len()).ok_or_else(|| {
                let wanted: Vec<String> = wanted.iter().map(|one| format!("{one:?}")).collect();
                let wanted = if wanted.is_empty() { "no decorations".into() } else { wanted.join(" and ") };
                Refusal::at(rules::DECORATION, instruction.site, format!("this variable has {wanted}, each once"))
            })
        };
        let meaning = match (of, StorageClass::from_u32(class), self.ids.get(pointee)) {
            (Class::Input, Some(StorageClass::Input), Id::Three) => {
                let built_in = decorated(&[Decoration::BuiltIn])?;
                match built_in.first().and_then(|code| BuiltIn::from_u32(*code)) {
                    Some(BuiltIn::WorkgroupId) => Id::WorkgroupId,
                    Some(BuiltIn::LocalInvocationId) => Id::LocalInvocationId,
                    _ => return refuse("the built-in inputs are WorkgroupId and LocalInvocationId"),
                }
            }
            (Class::Push, Some(StorageClass::PushConstant), Id::Words(count)) => {
                decorated(&[])?;
                if self.kernel.words != 0 {
                    return refuse("there is one block of push constants");
                }
                self.kernel.words = count;
                Id::PushConstants
            }
            (Class::Buffer, Some(StorageClass::StorageBuffer), Id::Block { read_only }) => {
                let wanted = decorated(&[Decoration::DescriptorSet, Decoration::Binding])?;
                let binding = self.kernel.buffers.len() as u32;
                if wanted != [0, binding] {
                    let what = format!("buffers are declared in order; this is binding {binding} of set 0");
                    return Err(Refusal::at(rules::INTERFACE, instruction.site, what));
                }
                self.kernel.buffers.push(Buffer { writable: !read_only, exchanged: false });
                self.not_private.push(None);
                Id::Buffer(binding)
            }
            (Class::Shared, Some(StorageClass::Workgroup), Id::Array { ty, cells }) => {
                decorated(&[])?;
                self.kernel.shared.push(Shared { ty, cells });
                Id::Shared(self.kernel.shared.len() as u32 - 1)
            }
            _ => return refuse("the profile has no variable of this storage class and type outside of functions"),
        };
        self.globals += 1;
        self.ids.define(id, meaning, instruction.site)
    }

    /// That the interface is the one of this kernel.
    pub(super) fn check_interface(&self, kernel: &lockstep_module::Kernel) -> Reading<()> {
        let refuse = |what: String| Err(Refusal::of(rules::INTERFACE, what));
        let lanes = match &kernel.launch {
            Launch::Each(_) => spirv_abi::LANES,
            Launch::Tiles { lanes, .. } => *lanes,
        };
        if self.kernel.lanes != lanes {
            return refuse(format!("LocalSize has {} lanes, the claimed kernel {lanes}", self.kernel.lanes));
        }
        let signature = &kernel.signature;
        let scalars = signature.scalars().map(|(_, ty)| ty.words()).sum::<usize>();
        let words = spirv_abi::FIRST_PARAMETER_WORD as usize + scalars + signature.extents.len();
        if self.kernel.words as usize != words {
            let found = self.kernel.words;
            return refuse(format!("there are {found} words of push constants; the claimed kernel has {words}"));
        }
        let claims = signature.arrays().filter(|(_, access, _)| *access == Access::Claim).count();
        let arrays = signature.parameters.iter().filter(|one| matches!(one.kind, ParameterKind::Array { .. })).count();
        if self.kernel.buffers.len() != 1 + arrays + claims {
            let found = self.kernel.buffers.len();
            let wanted = 1 + arrays + claims;
            return refuse(format!("there are {found} storage buffers; the claimed kernel has {wanted}"));
        }
        for ((binding, buffer), (name, access, _)) in
            self.kernel.buffers.iter().enumerate().skip(spirv_abi::FIRST_ARRAY_BINDING as usize).zip(signature.arrays())
        {
            if access == Access::In && buffer.writable {
                return refuse(format!("binding {binding}, `{name}`, is only read, and so NonWritable"));
            }
        }
        // Two products of 32-bit numbers cannot leave 64 bits, and there are fewer arrays than words.
        let bytes = self.kernel.shared.iter().fold(0u64, |sum, one| sum.saturating_add(4 * u64::from(one.cells)));
        if bytes > limits::SHARED_BYTES.most.into() {
            return Err(words::exceeded(limits::SHARED_BYTES, None));
        }
        if bytes > kernel.shared_bytes.into() {
            return refuse(format!("shared arrays have {bytes} bytes; {} are claimed", kernel.shared_bytes));
        }
        Ok(())
    }
}
