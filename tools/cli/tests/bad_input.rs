//! Bad input to the command itself: each message and exit code as a user sees them, kept as a snapshot.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

const SCALE: &str = "\
kernel scale[n](a: f32, x: in [f32; n], y: out [f32; n]) each i of y {
    y[i] = a * x[i];
}
";

const GATHER: &str = "\
kernel gather[n, m](place: in [u32; n], x: in [f32; m], y: out [f32; n]) each i of y {
    y[i] = x[place[i]];
}
";

/// Runs the command in a folder with `scale.lks` and `gather.lks`, and gives what it printed.
fn lockstep(folder: &Path, arguments: &[&str]) -> String {
    fs::write(folder.join("scale.lks"), SCALE).unwrap();
    fs::write(folder.join("gather.lks"), GATHER).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let Output { status, stdout, stderr } = command
        .args(arguments)
        .current_dir(folder)
        // No driver is at such a path, so the loader, if there is one, finds no device.
        .env("VK_DRIVER_FILES", "/nonexistent/driver.json")
        .output()
        .unwrap();
    // How long a run took differs from run to run.
    let shown = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().lines().map(untimed).collect::<String>();
    format!("$ lockstep {}\nexit {:?}\n{}{}", arguments.join(" "), status.code(), shown(stdout), shown(stderr))
}

/// A line without the seconds at its end.
fn untimed(line: &str) -> String {
    let timed = line.strip_suffix(" s").and_then(|line| line.rsplit_once("  "));
    format!("{}\n", timed.map_or(line, |(before, _)| before))
}

fn words(folder: &Path, name: &str, words: &[u32]) {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    fs::write(folder.join(name), bytes).unwrap();
}

/// A `.npy` file of one dimension.
fn npy(folder: &Path, name: &str, dtype: &str, shape: &str, bytes: &[u8]) {
    let header = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({shape}), }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(bytes);
    fs::write(folder.join(name), file).unwrap();
}

macro_rules! snapshot {
    ($name:ident, $prepare:expr, $arguments:expr) => {
        #[test]
        fn $name() {
            let folder = TempDir::new().unwrap();
            let prepare: fn(&Path) = $prepare;
            prepare(folder.path());
            insta::assert_snapshot!(lockstep(folder.path(), &$arguments));
        }
    };
}

snapshot!(
    a_syntax_error,
    |folder| fs::write(folder.join("bad.lks"), "kernel k[n](x: out [u32; n]) each i of x { x[i] = ; }\n").unwrap(),
    ["check", "bad.lks"]
);

snapshot!(
    a_type_error,
    |folder| fs::write(folder.join("bad.lks"), "fn f(a: u32) -> f32 { a * 2 }\n").unwrap(),
    ["build", "bad.lks"]
);

snapshot!(an_index_that_stays_checked, |_| {}, ["check", "--explain", "gather.lks"]);

snapshot!(
    an_index_out_of_range_when_it_runs,
    |folder| {
        words(folder, "place.bin", &[0, 1, 7, 9]);
        words(folder, "x.bin", &[0x3f80_0000; 5]);
    },
    ["run", "gather.lks", "n=4", "m=5", "place=place.bin", "x=x.bin", "--engine", "interpreter"]
);

snapshot!(
    an_array_of_the_wrong_type,
    |folder| npy(folder, "x.npy", "<f8", "2,", &[0; 16]),
    ["run", "scale.lks", "a=2.0", "x=x.npy", "--engine", "interpreter"]
);

snapshot!(
    an_array_of_the_wrong_rank,
    |folder| npy(folder, "x.npy", "<f4", "2, 2", &[0; 16]),
    ["run", "scale.lks", "a=2.0", "x=x.npy", "--engine", "interpreter"]
);

snapshot!(
    an_array_of_the_wrong_size,
    |folder| npy(folder, "x.npy", "<f4", "4,", &[0; 16]),
    ["run", "scale.lks", "n=5", "a=2.0", "x=x.npy", "--engine", "interpreter"]
);

snapshot!(
    a_file_that_is_no_array,
    |folder| fs::write(folder.join("x.npy"), "Dear diary\n").unwrap(),
    ["run", "scale.lks", "a=2.0", "x=x.npy", "--engine", "interpreter"]
);

snapshot!(
    an_argument_that_is_missing,
    |folder| words(folder, "x.bin", &[0; 4]),
    ["run", "scale.lks", "n=4", "x=x.bin", "--engine", "interpreter"]
);

snapshot!(
    an_argument_that_does_not_exist,
    |folder| words(folder, "x.bin", &[0; 4]),
    ["run", "scale.lks", "n=4", "x=x.bin", "b=2.0", "--engine", "interpreter"]
);

snapshot!(
    a_truncated_module,
    |folder| {
        lockstep(folder, &["build", "scale.lks"]);
        let whole = fs::read(folder.join("scale.lkm")).unwrap();
        fs::write(folder.join("short.lkm"), &whole[..100]).unwrap();
    },
    ["inspect", "short.lkm"]
);

snapshot!(
    a_file_that_is_no_module,
    |folder| fs::write(folder.join("text.lkm"), "Dear diary\n").unwrap(),
    ["run", "text.lkm"]
);

snapshot!(a_file_that_is_not_there, |_| {}, ["check", "nowhere.lks"]);

/// Whether the loader is missing too depends on the machine; what must be said does not.
#[test]
fn a_missing_driver_is_said_in_one_sentence_that_names_what_to_install() {
    let folder = TempDir::new().unwrap();
    words(folder.path(), "x.bin", &[0x3f80_0000; 4]);
    let arguments = ["run", "scale.lks", "n=4", "a=2.0", "x=x.bin", "--engine"];
    let refused = lockstep(folder.path(), &[&arguments[..], &["vulkan"]].concat());
    assert!(refused.contains("exit Some(5)"), "{refused}");
    assert!(refused.contains("mesa-vulkan-drivers"), "{refused}");
    // Without a driver a run still works, on the engine that is part of the command.
    let ran = lockstep(folder.path(), &[&arguments[..], &["auto"]].concat());
    assert!(ran.contains("exit Some(0)") && ran.contains("CPU engine"), "{ran}");
    assert!(ran.contains("mesa-vulkan-drivers"), "{ran}");
}
