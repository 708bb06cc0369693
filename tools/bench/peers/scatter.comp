// Takes each key to its place: where the block's keys of that digit go, and how many of them come before it.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, shift, n, c; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer Keys { uint keys[]; };
layout(set = 0, binding = 2) readonly restrict buffer Payloads { uint payloads[]; };
layout(set = 0, binding = 3) readonly restrict buffer Offsets { uint offsets[]; };
layout(set = 0, binding = 4) writeonly restrict buffer SortedKeys { uint sorted_keys[]; };
layout(set = 0, binding = 5) writeonly restrict buffer SortedPayloads { uint sorted_payloads[]; };

shared uint starts[4096];
shared uint even[256];
shared uint odd[256];
shared uint base[16];

void main() {
    const uint block = first_group + gl_WorkGroupID.x;
    const uint l = gl_LocalInvocationID.x;
    const uint first = block * 2048 + l * 8;
    uint key[8];
    uint rank[8];
    // How many of a lane's keys have each digit, in four bits each: at most 8.
    uint low = 0;
    uint high = 0;
    [[unroll]] for (uint j = 0; j < 8; j++) {
        key[j] = keys[first + j];
        const uint digit = (key[j] >> shift) & 15;
        const uint place = (digit & 7) * 4;
        rank[j] = ((digit < 8 ? low : high) >> place) & 15;
        const uint one = 1u << place;
        if (digit < 8) low += one; else high += one;
    }
    [[unroll]] for (uint d = 0; d < 8; d++) {
        starts[d * 256 + l] = (low >> (d * 4)) & 15;
        starts[(d + 8) * 256 + l] = (high >> (d * 4)) & 15;
    }
    barrier();
    // The exclusive sum of all counters, by digit, then by lane.
    uint sum = 0;
    [[unroll]] for (uint j = 0; j < 16; j++) sum += starts[l * 16 + j];
    even[l] = sum;
    barrier();
    [[unroll]] for (uint s = 0; s < 4; s++) {
        const uint near = 1u << (2 * s);
        const uint far = 2u << (2 * s);
        odd[l] = even[l] + (l >= near ? even[l - near] : 0);
        barrier();
        even[l] = odd[l] + (l >= far ? odd[l - far] : 0);
        barrier();
    }
    uint place = even[l] - sum;
    [[unroll]] for (uint j = 0; j < 16; j++) {
        const uint count = starts[l * 16 + j];
        starts[l * 16 + j] = place;
        place += count;
    }
    barrier();
    if (l < 16) base[l] = offsets[l * (n / 2048) + block] - starts[l * 256];
    barrier();
    [[unroll]] for (uint j = 0; j < 8; j++) {
        const uint digit = (key[j] >> shift) & 15;
        const uint to = base[digit] + starts[digit * 256 + l] + rank[j];
        sorted_keys[to] = key[j];
        sorted_payloads[to] = payloads[first + j];
    }
}
