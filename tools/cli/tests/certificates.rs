//! The certificates that are kept in `tests/drivers` are what these drivers still get.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

#[test]
fn kept_certificates_are_still_true() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    let output = command.args(["devices", "--qualify", "--out"]).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/drivers");
    let mut compared = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let found = entry.unwrap().path();
        let name = found.file_name().unwrap();
        // Another version of a driver has another name, and no kept file yet.
        if let Ok(before) = fs::read_to_string(kept.join(name)) {
            assert_eq!(fs::read_to_string(&found).unwrap(), before, "{}", name.display());
            compared += 1;
        }
    }
    assert!(compared > 0, "no driver of this machine has a certificate in tests/drivers");
}
