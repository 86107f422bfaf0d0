## 2 to the power of y. That of floats is a polynomial: an OpenCL library's may divide, which takes
## several times the instructions.
## in: nothing.
## out: the function exponential of the width.
<%!
    #: 2^f of |f| <= 1/2 to 2^-23, the lowest term first; 1 is exact.
    TERMS = "1.0f", "0.693147f", "0.24022242f", "0.055507336f", "0.0096715167f", "0.0013264737f"

    def horner(x, terms):
        """The polynomial of these coefficients, lowest first."""
        return f"({terms[0]} + {x} * {horner(x, terms[1:])})" if terms[1:] else terms[0]
%>
<%def name="built_in()"><% return spec.accumulator != "float" %></%def>

## The call, of a y of at most 0.
<%def name="of(lanes, y)" buffered="True" filter="trim">
${"exp2" if built_in() else f"exponential{lanes.n}"}(${y})
</%def>

<%def name="function(lanes)">
% if not built_in():
// 2^y of a y of at most 0, to 3 units in the last place; 0 where that is hardly a normal number.
static ${lanes.value} exponential${lanes.n}(const ${lanes.value} y)
{
    // y = n + f; n + 127, the exponent of 2^n, are the lowest bits of what is rounded to integers.
    const ${lanes.value} rounded = y + (0x1.8p23f + 127);
    const ${lanes.value} f = y - (rounded - (0x1.8p23f + 127));
    const ${lanes.value} scale = as_${lanes.value}(as_${lanes.of("int")}(rounded) << 23);
    const ${lanes.value} found = ${horner("f", TERMS)} * scale;
    return (y < -125.0f) ? ${lanes.splat("0", "float")} : found;
}
% endif
</%def>
