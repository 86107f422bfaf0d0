## x to the power of p. CPUs compute floats' in double precision with language constructs alone,
## which become vectors.
## in: x and p as given.
## out: the function power of the width.
<%namespace name="memory" file="/common/access.mako"/>
<%!
    from math import factorial, log

    #: log2(m) is s times a polynomial in s^2, where s = (m - 1) / (m + 1); its terms for m between
    #: the roots of 1/2 and 2, where those left out are below 2^-40 of it.
    LOG2 = [2 / log(2) / (2 * k + 1) for k in range(7)]
    #: 2^f by Taylor's series, f between -1/2 and 1/2, to 2^-32.
    EXP2 = [log(2) ** k / factorial(k) for k in range(9)]

    def horner(x, terms):
        """The polynomial of these coefficients, lowest first."""
        text = repr(terms[-1])
        for term in reversed(terms[:-1]):
            text = f"({term!r} + {x} * {text})"
        return text
%>
<%def name="built_in()"><% return spec.dialect != "clang" or spec.accumulator != "float" %></%def>

## The power that is given: the kernel's argument holds its bits.
<%def name="given()" buffered="True" filter="trim">
${"as_double(g.power)" if spec.accumulator == "double" else "as_float((int)g.power)"}
</%def>

## The call: x in lanes, p a scalar.
<%def name="of(lanes, x, p)" buffered="True" filter="trim">
% if built_in():
pow(${x}, ${lanes.splat(p, spec.accumulator)})
% else:
power${lanes.n}(${x}, ${p})
% endif
</%def>

<%def name="function(lanes)">
% if not built_in():
<%
    double, long, bits = lanes.of("double"), lanes.of("long"), f"as_{lanes.of('int')}"
    zero, infinite, none = (lanes.splat(text, "float") for text in ("0", "INFINITY", "NAN"))
%>
static ${lanes.value} power${lanes.n}(const ${lanes.value} x, const float p)
{
    // Of floats beyond 2^24 all are even. Truth in a vector's lane is -1.
    const bool small = p < 0x1p24f && p > -0x1p24f;
    const int broken = (small && p != (float)(int)p) ? -1 : 0;
    const int odd = (small && !broken && ((int)p & 1)) ? -1 : 0;
    const ${lanes.value} size = (x < 0) ? -x : x;
    // size = m * 2^exponent
    const ${long} all = as_${long}(${memory.convert(lanes, "double", "size")});
    const ${long} exponent = (all - 0x3fe6a09e667f3bcdL) >> 52;
    const ${double} m = as_${double}(all - (exponent << 52));
    const ${double} s = (m - 1) / (m + 1);
    const ${double} s2 = s * s;
    ${double} y = p * (${memory.convert(lanes, "double", "exponent")} + s * ${horner("s2", LOG2)});
    y = (y > 1000) ? ${lanes.splat("1000", "double")} : (y < -1000) \
        ? ${lanes.splat("-1000", "double")} : y;
    // y = n + f; n appears in the lowest bits of what is rounded to whole numbers.
    const ${double} rounded = y + 0x1.8p52;
    const ${double} f = y - (rounded - 0x1.8p52);
    const ${double} scale = as_${double}((as_${long}(rounded) + 1023) << 52);
    ${lanes.value} found = ${memory.convert(lanes, "float", f"scale * {horner('f', EXP2)}")};
    found = (size == 0) ? ((p > 0) ? ${zero} : ${infinite}) : found;
    found = (size == INFINITY) ? ((p > 0) ? ${infinite} : ${zero}) : found;
    found = (odd & (${bits}(x) < 0)) ? -found : found;
    return (x != x) ? x : (broken & (x < 0) & (size != INFINITY)) ? ${none} : found;
}
% endif
</%def>
