//! Modules written and inspected, and the files that are no modules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;

use lockstep_cli::{
    commands::{build, entry, inspect},
    console::Console,
    failure::Exit,
    source,
};
use lockstep_module::{
    Access, ArrayType, Cost, Extent, Job, Kernel, Launch, Module, Parameter, ParameterKind, Profile, Signature, Source,
    Step, Temporary, Term,
};
use lockstep_numbers::ScalarType::F32;

#[derive(Default)]
struct Recorded(Vec<String>);

impl Console for Recorded {
    fn result(&mut self, text: &str) {
        self.0.push(text.into());
    }

    fn message(&mut self, text: &str) {
        panic!("{text}");
    }
}

fn signature(name: &str) -> Signature {
    let ty = ArrayType { element: F32, dimensions: vec![Extent::Named(0), Extent::Constant(3)] };
    let array =
        |name: &str, access| Parameter { name: name.into(), kind: ParameterKind::Array { access, ty: ty.clone() } };
    let scalar = Parameter { name: "a".into(), kind: ParameterKind::Scalar(F32) };
    let parameters = vec![scalar, array("x", Access::In), array("y", Access::Out)];
    Signature { name: name.into(), extents: vec!["n".into()], parameters }
}

fn module() -> Module {
    use lockstep_module::Operation::{Constant, Slot};
    let kernel = |name, launch, guarded| Kernel {
        signature: signature(name),
        launch,
        shared_bytes: 16,
        cost: Cost { slots: 2, terms: vec![Term::Weight(10)] },
        spirv: vec![0x0723_0203; 7],
        guarded,
    };
    let each = Launch::Each(vec![Extent::Named(0), Extent::Constant(3)]);
    let tiles = Launch::Tiles { tiles: vec![(1, vec![64, 1])], lanes: 128 };
    let job = Job {
        signature: signature("twice"),
        slots: 2,
        temporaries: vec![Temporary {
            name: "between".into(),
            element: F32,
            dimensions: vec![vec![Slot(1)], vec![Constant(3)]],
        }],
        steps: vec![
            Step::Run { kernel: 0, arrays: vec![0, 2], scalars: vec![vec![Slot(0)]] },
            Step::Run { kernel: 0, arrays: vec![2, 1], scalars: vec![vec![Slot(0)]] },
        ],
    };
    Module {
        profile: Profile::Baseline,
        kernels: vec![kernel("scale", each, vec![]), kernel("shift", tiles, vec![0x0723_0203; 9])],
        jobs: vec![job],
        sources: vec![Source { name: "a.lks".into(), text: "one\ntwo\n".into() }],
    }
}

#[test]
fn a_module_is_written_beside_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.lks");
    fs::write(&source, "kernel k[n](y: out [u32; n]) each i of y { y[i] = i; }\n").unwrap();
    let module = source::compile(&source).unwrap().module;
    let mut console = Recorded::default();
    build::module(&module, &source, None, &mut console).unwrap();
    assert_eq!(fs::read(folder.path().join("a.lkm")).unwrap(), module.to_bytes());
    assert!(console.0[0].contains(&module.hash()), "{:?}", console.0);
}

#[test]
fn a_module_is_inspected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.lkm");
    let bytes = module().to_bytes();
    fs::write(&path, &bytes).unwrap();
    let mut console = Recorded::default();
    inspect::inspect(&path, &mut console).unwrap();
    let interface = "[n](a: f32, x: in [f32; n, 3], y: out [f32; n, 3])";
    let rest = "  shared 16 bytes\n  cost 4096 + groups × 64 + lanes × 10\n  SPIR-V 7 words";
    let wanted = format!(
        "module sha256:{}\n  format 3, {} bytes\n  profile baseline\n  source a.lks, 2 lines\n\n\
         kernel scale{interface}\n  groups ceil_div(lanes, 256)\n  lanes n × 3\n{rest}\n\n\
         kernel shift{interface}\n  groups ceil_div(n, 64) × 3\n  lanes groups × 128\n{rest}\n  \
         SPIR-V 9 words, for devices that do not flush after rounding\n\n\
         job twice{interface}\n  allocates between: f32 of rank 2\n  2 steps; runs scale",
        module().hash(),
        bytes.len()
    );
    assert_eq!(console.0[0], wanted);
}

#[test]
fn the_spirv_of_one_kernel_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.lks");
    let mut console = Recorded::default();
    let refusal = build::spirv(&module(), None, &source, None, &mut console).unwrap_err();
    assert!(refusal.text.contains("--kernel; the kernels are `scale`, `shift`"), "{refusal}");
    let refusal = build::spirv(&module(), Some("twice"), &source, None, &mut console).unwrap_err();
    assert!(refusal.text.contains("no kernel `twice`"), "{refusal}");
    build::spirv(&module(), Some("shift"), &source, None, &mut console).unwrap();
    assert_eq!(fs::read(folder.path().join("a.shift.spv")).unwrap(), [3, 2, 0x23, 7].repeat(7));
    let refusal = build::text("text", &source, Some(&source), &mut console).unwrap_err();
    assert!(refusal.text.contains("is the source itself"), "{refusal}");
}

#[test]
fn the_entry_is_the_one_named_or_the_one_meant() {
    let module = module();
    assert_eq!(entry::find(&module, None).unwrap().name, "twice");
    assert_eq!(entry::find(&module, Some("shift")).unwrap().name, "shift");
    let refusal = entry::find(&module, Some("main")).unwrap_err();
    assert!(refusal.text.contains("it has job `twice`, kernel `scale`, kernel `shift`"), "{refusal}");
    let kernels = Module { jobs: vec![], ..module };
    let refusal = entry::find(&kernels, None).unwrap_err();
    assert!(refusal.text.contains("--entry") && refusal.text.contains("kernel `shift`"), "{refusal}");
}

#[test]
fn what_is_no_module_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.lkm");
    let refusal = |bytes: Option<&[u8]>| {
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).unwrap();
        }
        let failure = inspect::load(&path).unwrap_err();
        assert_eq!(failure.exit, Exit::Refused);
        assert!(failure.text.contains("a.lkm"), "{failure}");
        failure.text
    };
    assert!(refusal(None).contains("M0005"));
    assert!(refusal(Some(b"kernel")).contains("M0001"));
    assert!(refusal(Some(b"LKSM\x63\0\0\0")).contains("M0002"));
    assert!(refusal(Some(b"LKSM\x03\0\0\0\xff\xff\xff\xff")).contains("M0003"));
}
