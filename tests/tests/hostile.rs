//! Modules written by hand to do harm, one a file in `tests/hostile`, each refused for the rule that it breaks, and the
//! small modules that they were made from, which are accepted.
//!
//! A file is SPIR-V as text. Its first lines say which `rule` refuses it, what a `careless` verifier would let it do, and
//! the `claims`: a source whose interface the module claims to have. With `form: plain` it is for devices that flush.
//! `rule: none` is a module that is right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use lockstep_module::{Kernel, Profile};
use lockstep_tests::attack;
use spirv_tools::{
    TargetEnv,
    assembler::{self, Assembler, AssemblerOptions},
};

/// A file as it is read.
struct Hostile {
    name: String,
    text: String,
    head: BTreeMap<String, String>,
}

fn all() -> Vec<Hostile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "spvasm")).collect();
    paths.sort();
    let read = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let mut head: BTreeMap<String, String> = BTreeMap::new();
        for line in text.lines().map_while(|line| line.strip_prefix("; ")) {
            match line.split_once(": ").filter(|(key, _)| ["rule", "careless", "claims", "form"].contains(key)) {
                Some((key, value)) => drop(head.insert(key.into(), value.into())),
                None => *head.get_mut("careless").unwrap() += &format!(" {line}"),
            }
        }
        Hostile { name: path.file_stem().unwrap().to_string_lossy().into(), text, head }
    };
    paths.iter().map(|path| read(path)).collect()
}

impl Hostile {
    fn head(&self, key: &str) -> &str {
        self.head.get(key).unwrap_or_else(|| panic!("{} does not say `{key}`", self.name))
    }

    /// The kernel that it claims to be, with the code that it is.
    fn kernel(&self) -> (Kernel, Profile, bool) {
        let compilation = lockstep_compiler::compile_with("claims.lks", self.head("claims"), &|_| None);
        let module = compilation.module.unwrap_or_else(|| panic!("{} claims what does not compile", self.name));
        let plain = self.head.get("form").is_some_and(|form| form == "plain");
        let assembler = assembler::create(Some(TargetEnv::Vulkan_1_2));
        let words = assembler.assemble(&self.text, AssemblerOptions::default());
        let words = words.unwrap_or_else(|error| panic!("{}: {error}", self.name)).as_words().to_vec();
        let mut kernel = module.kernels[0].clone();
        if !plain {
            kernel.guarded = Vec::new();
        }
        kernel.spirv = words;
        (kernel, module.profile, plain)
    }

    /// The refusal, in a line.
    fn refusal(&self) -> Option<String> {
        let (kernel, profile, _) = self.kernel();
        attack::verified(&kernel, profile, false).err()
    }
}

#[test]
fn each_is_refused_for_its_own_rule() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for hostile in all() {
        let refusal = hostile.refusal();
        let wanted = hostile.head("rule");
        match (&refusal, wanted) {
            // Right modules, from which the others were made.
            (None, "none") => continue,
            (Some(refusal), rule) if refusal.starts_with(rule) => {}
            _ => {
                wrong.push(format!("{} should be {wanted}: {refusal:?}", hostile.name));
                continue;
            }
        }
        count += 1;
        let shown = format!("{}\n\n{}", refusal.unwrap_or_default(), hostile.text);
        insta::with_settings!({ snapshot_path => "../hostile/snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(hostile.name.as_str(), shown);
        });
    }
    println!("{count} hostile modules");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What naga makes of ordinary shaders is refused, with a reason that helps.
#[test]
fn modules_of_naga_are_refused() {
    let mut shown = String::new();
    for (name, text) in peers("wgsl") {
        for (version, words) in naga_words(&text) {
            shown.push_str(&format!("{name}, SPIR-V {}.{}: {}\n", version.0, version.1, refusal_of(words)));
        }
    }
    insta::with_settings!({ snapshot_path => "../hostile/snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("of_naga", shown);
    });
}

/// So is what glslang makes of them, also where it is asked for the memory model of the profile.
#[test]
fn modules_of_glslang_are_refused() {
    let mut shown = String::new();
    for (name, text) in peers("comp") {
        let model = "#extension GL_KHR_memory_scope_semantics : require\n#pragma use_vulkan_memory_model\n";
        let modelled = text.replacen("#version 450\n", &format!("#version 450\n{model}"), 1);
        assert_ne!(text, modelled);
        for (how, text) in [("as it is", &text), ("with the memory model", &modelled)] {
            shown.push_str(&format!("{name}, {how}: {}\n", refusal_of(glslang_words(text))));
        }
    }
    insta::with_settings!({ snapshot_path => "../hostile/snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("of_glslang", shown);
    });
}

/// The benchmark's shaders with this extension, by name.
fn peers(extension: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/bench/peers");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: &PathBuf| {
        (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

/// The refusal of a kernel that is a copy of an array by what it claims, and has these words.
fn refusal_of(words: Vec<u32>) -> String {
    let claims = "kernel k[n](x: in [u32; n], y: out [u32; n]) each i of y { y[i] = x[i]; }";
    let kernel = lockstep_compiler::compile("claims.lks", claims).module.unwrap().kernels.remove(0);
    attack::verified(&Kernel { spirv: words, ..kernel }, Profile::Baseline, false).expect_err("it is accepted")
}

/// What glslang makes of a shader. `tools/drivers/fetch` gets it, and `tools/test` says where it is.
fn glslang_words(text: &str) -> Vec<u32> {
    let program =
        env::var_os("LOCKSTEP_GLSLANG").expect("LOCKSTEP_GLSLANG names glslang: source what tools/drivers/fetch wrote");
    let folder = tempfile::tempdir().unwrap();
    let (source, made) = (folder.path().join("shader.comp"), folder.path().join("shader.spv"));
    fs::write(&source, text).unwrap();
    let answer = Command::new(program)
        .args(["-g0", "--target-env", "vulkan1.2", "-o"])
        .arg(&made)
        .arg(&source)
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stdout));
    fs::read(&made).unwrap().as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

/// What naga makes of a shader, as it does by itself and for the version of the profile.
fn naga_words(source: &str) -> Vec<((u8, u8), Vec<u32>)> {
    let module = naga::front::wgsl::parse_str(source).unwrap();
    let (flags, capabilities) = (naga::valid::ValidationFlags::all(), naga::valid::Capabilities::all());
    let info = naga::valid::Validator::new(flags, capabilities).validate(&module).unwrap();
    let words = |version| {
        let options = naga::back::spv::Options { lang_version: version, ..Default::default() };
        (version, naga::back::spv::write_vec(&module, &info, &options, None).unwrap())
    };
    [(1, 1), (1, 5)].map(words).into()
}
