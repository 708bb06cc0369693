// How many keys of a block of 2048 have each digit. Sixteen counters for each digit keep lanes out of each other's way.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, shift, n, c; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer Keys { uint keys[]; };
layout(set = 0, binding = 2) writeonly restrict buffer Counts { uint counts[]; };

shared uint tally[256];

void main() {
    const uint block = first_group + gl_WorkGroupID.x;
    const uint l = gl_LocalInvocationID.x;
    tally[l] = 0;
    barrier();
    [[unroll]] for (uint j = 0; j < 8; j++) {
        const uint digit = (keys[block * 2048 + l + 256 * j] >> shift) & 15;
        atomicAdd(tally[digit * 16 + (l & 15)], 1);
    }
    barrier();
    if (l < 16) {
        uint count = 0;
        [[unroll]] for (uint j = 0; j < 16; j++) count += tally[l * 16 + j];
        counts[l * (n / 2048) + block] = count;
    }
}
