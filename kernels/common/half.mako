## float16 and bfloat16 in memory, float in registers; no cl_khr_fp16 needed.
## in: raw to decode; value and to, to encode.
## out: value; encoded halves are stored, keys returned.
<%namespace name="memory" file="/common/access.mako"/>

## Stores the bits of halves.
<%def name="bits_to(lanes, value, aligned=False)">
% if aligned and spec.dialect == "portable":
    *(__global ${lanes.of("ushort")} *)to = ${value};
% else:
    ${memory.write(lanes, "ushort", "__global", "to" if lanes.n > 1 and spec.dialect == "clang"
        else "(__global ushort *)to", value)}
% endif
</%def>

<%def name="decode(lanes)">
    const ${lanes.of("uint")} bits = ${memory.convert(lanes, "uint", "raw")};
% if spec.dtype.name == "bfloat16":
    const ${lanes.of("float")} value = as_${lanes.of("float")}(bits << 16);
% else:
    // Scaling by 2^112 moves the exponent's bias from 15 to 127, subnormals included.
    const ${lanes.of("float")} scaled = as_${lanes.of("float")}((bits & 0x7fff) << 13) * 0x1p112f;
    const ${lanes.of("uint")} magnitude = ((bits & 0x7c00) == 0x7c00)
        ? (as_${lanes.of("uint")}(scaled) | 0x7f800000) : as_${lanes.of("uint")}(scaled);
    const ${lanes.of("float")} value = as_${lanes.of("float")}(magnitude | ((bits & 0x8000) << 16));
% endif
</%def>

## Stores halves; what lies between two of them is rounded to nearest, ties to even.
<%def name="encode(lanes, aligned=False)">
<% to_nearest = "" if spec.exact else "_rte" %>\
% if spec.out.name == "float16" and spec.dialect == "portable" and aligned:
    ${lanes.of("ushort")} narrow;
    vstore_half${lanes.suffix}${to_nearest}(value, 0, (__private half *)&narrow);
    ${bits_to(lanes, "narrow", aligned)}
% elif spec.out.name == "float16" and spec.dialect == "portable":
    vstore_half${lanes.suffix}${to_nearest}(value, 0, to);
% else:
    const ${lanes.of("uint")} bits = as_${lanes.of("uint")}(value);
%   if spec.out.name == "bfloat16" and spec.exact and spec.dialect == "portable":
    const ${lanes.of("uint")} stored = bits >> 16;
%   elif spec.out.name == "bfloat16":
    // To nearest, ties to even; a NaN stays one.
    const ${lanes.of("uint")} rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const ${lanes.of("uint")} stored = ((bits & 0x7fffffff) > 0x7f800000) ? 0x7fc0 : rounded;
%   else:
    const ${lanes.of("uint")} magnitude = bits & 0x7fffffff;
    // To nearest, ties to even: by the carry, or for subnormals by adding to a number whose
    // last place is theirs.
    const ${lanes.of("uint")} rounded \
        = (magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    const ${lanes.of("uint")} tiny \
        = as_${lanes.of("uint")}(as_${lanes.of("float")}(magnitude) + 0.5f) - 0x3f000000;
    const ${lanes.of("uint")} special = (magnitude > 0x7f800000) ? 0x7e00 \
        : ${lanes.splat("0x7c00", "uint")};
    const ${lanes.of("uint")} finite = (magnitude < 0x38800000) ? tiny : rounded;
    const ${lanes.of("uint")} stored = ((magnitude >= 0x47800000) ? special : finite) \
        | ((bits >> 16) & 0x8000);
%   endif
    const ${lanes.of("ushort")} narrow = ${memory.convert(lanes, "ushort", "stored")};
    ${bits_to(lanes, "narrow", aligned)}
% endif
</%def>
