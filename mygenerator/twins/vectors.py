"""Vectors of 8-bit and 16-bit lanes for the kernels: a few operations that numba does not offer, as portable LLVM.

Each is a line or two of what every processor's vector unit can do (SSE2, AVX2, AVX-512, NEON: LLVM chooses), in whole
numbers, so the bytes are the same everywhere; `tests/twins/test_vectors.py` has the plain definition of each. Offsets
are into the flat array and are not checked: the caller leaves room after what is read and written.
"""

# numba fixes the arguments of these functions.
# pylint: disable=unused-argument,too-many-positional-arguments,too-many-locals

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

LANES = 32


class _Lanes(types.Type):  # pylint: disable=abstract-method
    """The numba type of a vector: `count` integers of `bits` bits, kept in a register."""

    def __init__(self, bits: int, count: int):
        self.llvm = ir.VectorType(ir.IntType(bits), count)
        super().__init__(name=f"lanes({bits}, {count})")


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: _Lanes):
        super().__init__(dmm, fe_type, fe_type.llvm)


BYTES = _Lanes(8, LANES)
"""32 grey levels."""
HALF_LANES = 16
HALF = _Lanes(8, HALF_LANES)
"""16 grey levels."""
SUMS = _Lanes(16, LANES)
"""32 sums of weighted grey levels, of 16 bits each."""


def _filled(lanes: _Lanes, value: int) -> ir.Constant:
    return ir.Constant(lanes.llvm, [value] * lanes.llvm.count)


def _spread(builder: Any, value: Any, lanes: ir.VectorType) -> Any:
    """One number in every lane."""
    single = builder.insert_element(ir.Constant(lanes, ir.Undefined), value, ir.IntType(32)(0))
    return builder.shuffle_vector(single, single, ir.Constant(ir.VectorType(ir.IntType(32), lanes.count), None))


def _place(context: Any, builder: Any, array_type: Any, array: Any, offset: Any, vector: ir.VectorType) -> Any:
    """A pointer to a vector at `offset` of a flat array."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), vector.as_pointer())


@intrinsic
def load(typingctx, array, offset):
    """The 32 bytes of a uint8 array from `offset` on."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        where = _place(context, builder, signature.args[0], args[0], args[1], BYTES.llvm)
        return builder.load(where, align=1)

    return BYTES(array, types.intp), code


@intrinsic
def prefetch(typingctx, array, offset):
    """Fetch the byte at `offset` of a uint8 array, and the rest of its cache line, into the cache."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        place, number = builder.gep(data, [args[1]]), ir.IntType(32)
        what = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        # For reading, to be kept in all caches, data rather than code.
        builder.call(
            builder.module.declare_intrinsic("llvm.prefetch", [place.type], what), [place, *map(number, (0, 3, 1))]
        )
        return context.get_dummy_value()

    return types.void(array, types.intp), code


@intrinsic
def store(typingctx, array, offset, value):
    """Write the bytes to a uint8 array at `offset`."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        where = _place(context, builder, signature.args[0], args[0], args[1], args[2].type)
        builder.store(args[2], where, align=1)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), code


@intrinsic
def zeros(typingctx):
    """32 bytes of 0."""
    return BYTES(), lambda context, builder, signature, args: _filled(BYTES, 0)


@intrinsic
def first_lanes(typingctx, values, count):
    """The first `count` bytes as they are; 0 in the other lanes."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        lanes = args[0].type
        numbers = ir.Constant(ir.VectorType(ir.IntType(64), lanes.count), list(range(lanes.count)))
        inside = builder.icmp_signed("<", numbers, _spread(builder, args[1], numbers.type))
        return builder.select(inside, args[0], ir.Constant(lanes, [0] * lanes.count))

    return values(values, types.int64), code


@intrinsic
def halves(typingctx):
    """The sums to begin with: half of 256 in each lane, so that cutting off the fraction at the end rounds."""
    return SUMS(), lambda context, builder, signature, args: _filled(SUMS, 128)


@intrinsic
def add_weighted(typingctx, sums, values, weight):
    """`sums` + `values` * `weight`, modulo 2**16 in each lane."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        weights = _spread(builder, args[2], SUMS.llvm)
        return builder.add(args[0], builder.mul(builder.zext(args[1], SUMS.llvm), weights))

    return SUMS(SUMS, BYTES, types.uint16), code


@intrinsic
def means(typingctx, sums):
    """`sums` over 256, rounded down, as bytes."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.trunc(builder.lshr(args[0], _filled(SUMS, 8)), BYTES.llvm)

    return BYTES(SUMS), code


@intrinsic
def flipped(typingctx, values, bits):
    """The bytes with these bits flipped: with 255, white for black."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.xor(args[0], _spread(builder, args[1], args[0].type))

    return values(values, types.uint8), code


@intrinsic
def larger(typingctx, left, right):
    """The larger byte of each lane."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(builder.icmp_unsigned(">", args[0], args[1]), args[0], args[1])

    return BYTES(BYTES, BYTES), code


@intrinsic
def at_least(typingctx, values, level):
    """Which lanes are at least `level`: a uint32, lane 0 in its lowest bit."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        level = _spread(builder, args[1], BYTES.llvm)
        return builder.bitcast(builder.icmp_unsigned(">=", args[0], level), ir.IntType(32))

    return types.uint32(BYTES, types.uint8), code


@intrinsic
def transpose(typingctx, source, source_offset, source_stride, target, target_offset, target_stride):
    """Write 16 rows of 16 bytes of one array as 16 columns of another: four rounds of interleaving the two halves."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        source, start, step, target, target_start, target_step = args
        row = ir.VectorType(ir.IntType(8), 16)
        rows = []
        for number in range(16):
            offset = builder.add(start, builder.mul(step, step.type(number)))
            rows.append(builder.load(_place(context, builder, signature.args[0], source, offset, row), align=1))
        # Lane k of one row next to lane k of the other: for their first halves, then for their second.
        masks = [
            ir.Constant(
                ir.VectorType(ir.IntType(32), 16), [lane for k in range(first, first + 8) for lane in (k, k + 16)]
            )
            for first in (0, 8)
        ]
        for _ in range(4):
            rows = [builder.shuffle_vector(rows[k], rows[k + 8], mask) for k in range(8) for mask in masks]
        for number, column in enumerate(rows):
            offset = builder.add(target_start, builder.mul(target_step, target_step.type(number)))
            place = _place(context, builder, signature.args[3], target, offset, row)
            builder.store(column, place, align=1)
        return context.get_dummy_value()

    offsets = (types.intp, types.intp)
    return types.void(source, *offsets, target, *offsets), code


@intrinsic
def lowest_bit(typingctx, bits):
    """The number of the lowest set bit; 32 if none is set."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.zext(builder.cttz(args[0], ir.IntType(1)(0)), ir.IntType(64))

    return types.int64(types.uint32), code


@intrinsic
def highest_bit(typingctx, bits):
    """The number of the highest set bit; -1 if none is set."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        zeros_above = builder.zext(builder.ctlz(args[0], ir.IntType(1)(0)), ir.IntType(64))
        return builder.sub(ir.IntType(64)(31), zeros_above)

    return types.int64(types.uint32), code


@intrinsic
def between_pixels(typingctx, pixels, stride, high, wide, x, y, step_x, step_y):
    """16 samples along a line between the pixels of an image, as `affine.render` takes them.

    Sample k is at (x + k * step_x, y + k * step_y), in 2**-16 pixels from the middle of the upper left pixel.
    `pixels` holds the image, `high` x `wide`, in lines of `stride` bytes, with two blank lines above and below and two
    blank columns on either side: samples outside the image read those.
    """
    whole = types.int32

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        ints = ir.VectorType(ir.IntType(32), HALF_LANES)
        pairs = ir.VectorType(ir.IntType(16), HALF_LANES)
        numbers = ir.Constant(ints, list(range(HALF_LANES)))

        def constant(value: int, lanes: ir.VectorType) -> Any:
            return ir.Constant(lanes, [value] * HALF_LANES)

        def axis(start: Any, step: Any, limit: Any) -> tuple[Any, Any]:
            """The pixel before each sample, counted from the first blank one, and how far past it, in 256ths."""
            along = builder.add(_spread(builder, start, ints), builder.mul(numbers, _spread(builder, step, ints)))
            pixel = builder.ashr(along, constant(16, ints))
            lowest, highest = constant(-2, ints), _spread(builder, limit, ints)
            pixel = builder.select(builder.icmp_signed("<", pixel, lowest), lowest, pixel)
            pixel = builder.select(builder.icmp_signed(">", pixel, highest), highest, pixel)
            part = builder.and_(builder.lshr(along, constant(8, ints)), constant(255, ints))
            return builder.add(pixel, constant(2, ints)), builder.trunc(part, pairs)

        def mean(first: Any, second: Any, part: Any) -> Any:
            """The mean of two levels, weighted by 256 - part and part."""
            weighted = builder.mul(first, builder.sub(constant(256, pairs), part))
            sums = builder.add(builder.add(weighted, builder.mul(second, part)), constant(128, pairs))
            return builder.lshr(sums, constant(8, pairs))

        column, part_x = axis(args[4], args[6], args[3])
        row, part_y = axis(args[5], args[7], args[2])
        offsets = builder.add(builder.mul(row, _spread(builder, args[1], ints)), column)
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        lines = []
        for below in (ir.IntType(32)(0), args[1]):
            read: Any = ir.Constant(pairs, ir.Undefined)
            for lane in range(HALF_LANES):
                offset = builder.add(builder.extract_element(offsets, ir.IntType(32)(lane)), below)
                place = builder.gep(data, [builder.sext(offset, ir.IntType(64))])
                both = builder.load(builder.bitcast(place, ir.IntType(16).as_pointer()), align=1)
                read = builder.insert_element(read, both, ir.IntType(32)(lane))
            # The left pixel of a pair is first in memory, which is the low byte on the machines that we support.
            lines.append(mean(builder.and_(read, constant(255, pairs)), builder.lshr(read, constant(8, pairs)), part_x))
        return builder.trunc(mean(lines[0], lines[1], part_y), HALF.llvm)

    return HALF(pixels, whole, whole, whole, whole, whole, whole, whole), code
