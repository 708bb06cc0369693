//! The table of devices.

use lockstep_vulkan::Device;

use super::table;

/// A line for each device, under a heading.
pub fn show(devices: &[Device]) -> String {
    let heading = ["device", "driver", "Vulkan", "state"].map(String::from).to_vec();
    let lines = devices.iter().map(|device| {
        let (major, minor, patch) = device.vulkan;
        let state = device.refused.as_ref().map_or("admitted".into(), |why| format!("not admitted: {why}"));
        vec![device.name.clone(), device.driver.clone(), format!("{major}.{minor}.{patch}"), state]
    });
    table::lines(&[heading].into_iter().chain(lines).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_device_has_its_state() {
        let device = |refused: Option<&str>| Device {
            id: "id".into(),
            name: "llvmpipe".into(),
            driver: "Mesa 25.0.7".into(),
            vulkan: (1, 4, 305),
            refused: refused.map(String::from),
        };
        assert_eq!(
            show(&[device(None), device(Some("it lacks a queue that computes"))]),
            "device    driver       Vulkan   state\n\
             llvmpipe  Mesa 25.0.7  1.4.305  admitted\n\
             llvmpipe  Mesa 25.0.7  1.4.305  not admitted: it lacks a queue that computes"
        );
    }
}
