## Floats as keys: integers in the order of the elements, of one sign and magnitude, then shifted so
## far that NaN of one sign wrap around and join those of the other; and back.
## in: raw to to_key(); value and to of from_key().
## out: keys are returned, elements stored.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="half_" file="/common/half.mako"/>
<%!
    def ordered(spec, bits):
        """The key of the bits of a float, and the bits of a key."""
        top, base = 8 * spec.dtype.size - 1, spec.accumulator
        return f"{bits} ^ (({bits} >> ({base}){top}) & ({base}){2**top - 1:#x})"
%>

<%def name="shifted(lanes, key, by)" buffered="True" filter="trim"><%
    base, bits = spec.accumulator, 8 * spec.dtype.size
    sum = f"{memory.convert(lanes, 'u' + base, key)} + (u{base}){by % 2**bits:#x}"
%>${memory.convert(lanes, base, sum)}</%def>

<%def name="to_key(lanes)"><%
    base, half = lanes.value, spec.dtype.size == 2
    bits = memory.convert(lanes, spec.accumulator, "raw") if half else f"as_{base}(raw)"
%>
    const ${base} bits = ${bits};
    const ${base} key = ${ordered(spec, "bits")};
    return ${shifted(lanes, "key", spec.key_shift)};
</%def>

<%def name="from_key(lanes)"><% base, bits = lanes.value, ordered(spec, "key") %>
    const ${base} key = ${shifted(lanes, "value", -spec.key_shift)};
% if spec.dtype.size == 2:
    const ${lanes.of("ushort")} narrow = ${memory.convert(lanes, "ushort", bits)};
    ${half_.bits_to(lanes, "narrow")}
% else:
    const ${lanes.of(spec.out.storage)} element = as_${lanes.of(spec.out.storage)}(${bits});
    ${memory.write(lanes, spec.out.storage, "__global", "to", "element")}
% endif
</%def>
