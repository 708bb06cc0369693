// The sums of the blocks, scanned by one group, 1024 after 1024. The last part may be a piece.
#version 450
#extension GL_EXT_control_flow_attributes : require
layout(local_size_x = 256) in;
layout(push_constant) uniform Push { uint zero, first_group, trap_slot, b; };
layout(set = 0, binding = 0) buffer Traps { uint traps[]; };
layout(set = 0, binding = 1) readonly restrict buffer Sums { uint sums[]; };
layout(set = 0, binding = 2) writeonly restrict buffer Offsets { uint offsets[]; };

shared uint even[256];
shared uint odd[256];

void main() {
    const uint l = gl_LocalInvocationID.x;
    uint carry = 0;
    for (uint part = 0; part < b; part += 1024) {
        const uint first = part + l * 4;
        uint cells[4];
        uint sum = 0;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            cells[j] = first + j < b ? sums[first + j] : 0;
            sum += cells[j];
        }
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
        uint place = carry + even[l] - sum;
        [[unroll]] for (uint j = 0; j < 4; j++) {
            if (first + j < b) offsets[first + j] = place;
            place += cells[j];
        }
        carry += even[255];
        barrier();
    }
}
