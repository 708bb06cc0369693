//! A frame around a few instructions: groups of 4 lanes, buffers `x`, `y` and a bitmap, an array of the group, a variable and
//! an array of the lane. The body finds the lane in `%l`, the group in `%g`, the number of both in `%i`, the push constant
//! that is zero in `%z`, and the size of the arrays in `%n`.

use lockstep_module::{
    Access, ArrayType, Cost, Extent, Kernel, Launch, Parameter, ParameterKind, Signature, Term,
    plan::{Dispatch, Plan, PlannedArray},
};
use lockstep_numbers::ScalarType;
use lockstep_shadow::{Code, Judgement, Runnable, judge, pair, read};
use spirv_tools::{
    TargetEnv,
    assembler::{self, Assembler, AssemblerOptions},
    val::{self, Validator},
};

/// What stands around a body.
#[derive(Clone, Debug)]
pub struct Frame {
    pub body: String,
    /// More types, constants and functions.
    pub before: String,
    pub after: String,
    /// Exchanged in the whole text.
    pub edits: Vec<(String, String)>,
    /// What is done with `y`.
    pub access: Access,
    pub lanes: u32,
    pub shared_bytes: u32,
    pub groups: u32,
    pub cells: u32,
    pub most_steps: u64,
    pub guarded: bool,
    /// What a lane costs, as it is claimed.
    pub weight: u64,
}

pub fn frame(body: &str) -> Frame {
    Frame {
        body: body.into(),
        before: String::new(),
        after: String::new(),
        edits: Vec::new(),
        access: Access::InOut,
        lanes: 4,
        shared_bytes: 16,
        groups: 2,
        cells: 8,
        most_steps: 100_000,
        guarded: false,
        weight: 1000,
    }
}

impl Frame {
    pub fn edit(mut self, from: &str, to: &str) -> Frame {
        self.edits.push((from.into(), to.into()));
        self
    }

    fn text(&self) -> String {
        let mut text = format!("{FRAME}{}{MAIN}{}\nOpReturn\nOpFunctionEnd\n{}", self.before, self.body, self.after);
        for (from, to) in &self.edits {
            assert!(text.contains(from.as_str()), "`{from}` is nowhere in the frame");
            text = text.replace(from.as_str(), to);
        }
        text
    }

    pub fn words(&self) -> Vec<u32> {
        let assembler = assembler::create(Some(TargetEnv::Vulkan_1_2));
        let binary = assembler.assemble(&self.text(), AssemblerOptions::default());
        binary.unwrap_or_else(|error| panic!("{error}\n{}", self.text())).as_words().to_vec()
    }

    pub fn code(&self) -> Code {
        read(&self.words()).unwrap_or_else(|error| panic!("{error}\n{}", self.text()))
    }

    /// Whether the validator of Khronos takes it: most of what is found here is legal.
    pub fn legal(&self) -> Result<(), String> {
        let validator = val::create(Some(TargetEnv::Vulkan_1_2));
        validator.validate(self.words(), None).map_err(|error| error.to_string())
    }

    pub fn judge(&self) -> Judgement {
        let code = self.code();
        let kernel = self.kernel();
        judge(&[Some(Runnable { kernel: &kernel, code: &code })], &self.plan(), &pair(self.guarded, self.most_steps))
    }

    /// The kinds of what is found, each once.
    pub fn found(&self) -> Vec<&'static str> {
        let mut kinds: Vec<&'static str> = self.judge().findings.iter().map(|finding| finding.what.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// What `y` holds at the end.
    pub fn y(&self) -> Vec<u32> {
        let Judgement { ran, findings } = self.judge();
        assert_eq!(findings, [], "{}", self.text());
        ran.arrays[1].clone()
    }

    fn kernel(&self) -> Kernel {
        let array = |name: &str, access| {
            let ty = ArrayType { element: ScalarType::U32, dimensions: vec![Extent::Named(0)] };
            Parameter { name: name.into(), kind: ParameterKind::Array { access, ty } }
        };
        let parameters = vec![array("x", Access::In), array("y", self.access)];
        Kernel {
            signature: Signature { name: "k".into(), extents: vec!["n".into()], parameters },
            launch: Launch::Tiles { tiles: vec![(1, vec![4])], lanes: self.lanes },
            shared_bytes: self.shared_bytes,
            cost: Cost { slots: 1, terms: vec![Term::Weight(self.weight)] },
            spirv: Vec::new(),
            guarded: Vec::new(),
        }
    }

    fn plan(&self) -> Plan {
        let array = |first: u32| PlannedArray {
            element: ScalarType::U32,
            dimensions: vec![self.cells],
            initial: Some((first..first + self.cells).collect()),
        };
        let dispatch = Dispatch {
            arrays: vec![0, 1],
            extents: vec![self.cells],
            groups: self.groups,
            lanes: u64::from(self.groups) * u64::from(self.lanes),
            ..Dispatch::default()
        };
        Plan {
            arrays: vec![array(10), array(20)],
            dispatches: vec![dispatch],
            outputs: vec![("y".into(), 1)],
            cost: 0,
            bytes: 0,
        }
    }
}

/// The broken body shows this, and the twin nothing.
pub fn shows(kind: &str, broken: &Frame, twin: &Frame) {
    assert_eq!(twin.found(), [] as [&str; 0], "the twin of {kind}");
    assert_eq!(twin.legal(), Ok(()), "the twin of {kind}");
    let found = broken.found();
    assert!(found.contains(&kind), "{kind} is not among {found:?}\n{}", broken.text());
}

const FRAME: &str = r#"
OpCapability Shader
OpCapability VulkanMemoryModel
OpCapability SignedZeroInfNanPreserve
%glsl = OpExtInstImport "GLSL.std.450"
OpMemoryModel Logical Vulkan
OpEntryPoint GLCompute %main "main" %group %lane %push %traps %x %y %s
OpExecutionMode %main LocalSize 4 1 1
OpExecutionMode %main SignedZeroInfNanPreserve 32
OpDecorate %group BuiltIn WorkgroupId
OpDecorate %lane BuiltIn LocalInvocationId
OpDecorate %Push Block
OpMemberDecorate %Push 0 Offset 0
OpMemberDecorate %Push 1 Offset 4
OpMemberDecorate %Push 2 Offset 8
OpMemberDecorate %Push 3 Offset 12
OpDecorate %run ArrayStride 4
OpDecorate %In Block
OpMemberDecorate %In 0 Offset 0
OpMemberDecorate %In 0 NonWritable
OpDecorate %Out Block
OpMemberDecorate %Out 0 Offset 0
OpDecorate %traps DescriptorSet 0
OpDecorate %traps Binding 0
OpDecorate %x DescriptorSet 0
OpDecorate %x Binding 1
OpDecorate %y DescriptorSet 0
OpDecorate %y Binding 2
; decorations
%void = OpTypeVoid
%bool = OpTypeBool
%u32 = OpTypeInt 32 0
%f32 = OpTypeFloat 32
%v3 = OpTypeVector %u32 3
%p_v3 = OpTypePointer Input %v3
%p_in = OpTypePointer Input %u32
%p_buf = OpTypePointer StorageBuffer %u32
%p_push = OpTypePointer PushConstant %u32
%p_wg = OpTypePointer Workgroup %u32
%p_fn = OpTypePointer Function %u32
%0 = OpConstant %u32 0
%1 = OpConstant %u32 1
%2 = OpConstant %u32 2
%3 = OpConstant %u32 3
%4 = OpConstant %u32 4
%5 = OpConstant %u32 5
%7 = OpConstant %u32 7
%31 = OpConstant %u32 31
%32 = OpConstant %u32 32
%big = OpConstant %u32 1073741824
%most = OpConstant %u32 4294967295
%least = OpConstant %u32 2147483648
%sync = OpConstant %u32 24840
%sync_all = OpConstant %u32 24904
%one = OpConstant %u32 1065353216
%true = OpConstantTrue %bool
%Push = OpTypeStruct %u32 %u32 %u32 %u32
%p_Push = OpTypePointer PushConstant %Push
%run = OpTypeRuntimeArray %u32
%In = OpTypeStruct %run
%p_In = OpTypePointer StorageBuffer %In
%Out = OpTypeStruct %run
%p_Out = OpTypePointer StorageBuffer %Out
%arr = OpTypeArray %u32 %4
%p_Shared = OpTypePointer Workgroup %arr
%p_arr = OpTypePointer Function %arr
%two = OpTypeStruct %u32 %u32
%group = OpVariable %p_v3 Input
%lane = OpVariable %p_v3 Input
%push = OpVariable %p_Push PushConstant
%traps = OpVariable %p_Out StorageBuffer
%x = OpVariable %p_In StorageBuffer
%y = OpVariable %p_Out StorageBuffer
%s = OpVariable %p_Shared Workgroup
%fn = OpTypeFunction %void
"#;

const MAIN: &str = r"
%main = OpFunction %void None %fn
%begin = OpLabel
%v = OpVariable %p_fn Function
%a = OpVariable %p_arr Function
%at_z = OpAccessChain %p_push %push %0
%z = OpLoad %u32 %at_z
%at_first = OpAccessChain %p_push %push %1
%first = OpLoad %u32 %at_first
%at_slot = OpAccessChain %p_push %push %2
%slot = OpLoad %u32 %at_slot
%at_n = OpAccessChain %p_push %push %3
%n = OpLoad %u32 %at_n
%at_g = OpAccessChain %p_in %group %0
%gx = OpLoad %u32 %at_g
%g = OpIAdd %u32 %first %gx
%at_l = OpAccessChain %p_in %lane %0
%l = OpLoad %u32 %at_l
%base = OpIMul %u32 %g %4
%i = OpIAdd %u32 %base %l
%xi = OpAccessChain %p_buf %x %0 %i
%yi = OpAccessChain %p_buf %y %0 %i
%sl = OpAccessChain %p_wg %s %l
%al = OpAccessChain %p_fn %a %l
";
