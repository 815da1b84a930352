"""Writes the cases beside it: single operators that ONNX's own cases of the corpus do not show, or show in few forms.

    pip install onnx==1.23.2 && python generate.py

Inputs are random; the expected outputs are those of onnx.reference.ReferenceEvaluator. Laid out as ONNX's own test data.
"""

import os
import shutil

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(7)


def case(name, inputs, operator, outputs=1, opset=25, **attributes):
    feeds = {f"x{i}": x for i, x in enumerate(inputs) if x is not None}
    names = ["" if x is None else f"x{i}" for i, x in enumerate(inputs)]
    results = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(operator, names, results, **attributes)

    def model(values):
        infos = [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in feeds.items()]
        graph = helper.make_graph([node], "g", infos, values)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)

    found = ReferenceEvaluator(model([helper.make_empty_tensor_value_info(r) for r in results])).run(None, feeds)
    found = [np.asarray(value) for value in found]
    infos = [helper.make_tensor_value_info(r, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for r, v in zip(results, found)]
    folder = os.path.join(here, "node", f"test_{name}")
    os.makedirs(os.path.join(folder, "test_data_set_0"))
    onnx.save(model(infos), os.path.join(folder, "model.onnx"))
    for kind, values in (("input", feeds.values()), ("output", found)):
        for i, value in enumerate(values):
            with open(os.path.join(folder, "test_data_set_0", f"{kind}_{i}.pb"), "wb") as file:
                file.write(numpy_helper.from_array(value).SerializeToString())


def f(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def ints(*values):
    return np.array(values, dtype=np.int64)


def scalar(value, dtype=np.int64):
    return np.array(value, dtype=dtype)


shutil.rmtree(os.path.join(here, "node"), ignore_errors=True)

# Signals.
case("dft", [f(2, 9, 1)], "DFT", opset=17)
case("dft_onesided_padded", [f(2, 10, 3, 1), scalar(16), scalar(1)], "DFT", onesided=1)
case("dft_cut_last_axis", [f(2, 3, 10, 1), scalar(7), scalar(-2)], "DFT")
case("dft_complex_inverse", [f(2, 8, 2)], "DFT", opset=17, inverse=1)
case("dft_inverse_real_odd", [f(2, 6, 2), scalar(11), scalar(1)], "DFT", inverse=1, onesided=1)
case("dft_inverse_real_even", [f(2, 6, 2), None, scalar(1)], "DFT", inverse=1, onesided=1)
case("stft", [f(2, 32, 1), scalar(4), f(8), scalar(8)], "STFT", opset=17)
case("stft_twosided_without_window", [f(1, 32, 1), scalar(5), None, scalar(9)], "STFT", opset=17, onesided=0)
case("hannwindow", [scalar(10, np.int32)], "HannWindow", opset=17)
case("hammingwindow_symmetric", [scalar(10, np.int32)], "HammingWindow", opset=17, periodic=0)
case("blackmanwindow", [scalar(10, np.int32)], "BlackmanWindow", opset=17)
mel = [scalar(20), scalar(400), scalar(16000), scalar(20.0, np.float32), scalar(7600.0, np.float32)]
case("melweightmatrix", mel, "MelWeightMatrix", opset=17)
case("affine_grid_2d", [f(2, 2, 3), ints(2, 3, 4, 5)], "AffineGrid", opset=20)
case("affine_grid_3d_align_corners", [f(2, 3, 4), ints(2, 3, 4, 5, 6)], "AffineGrid", opset=20, align_corners=1)

# Losses.
for reduction in ("none", "mean", "sum"):
    labels = rng.integers(0, 5, (2, 3, 2)).astype(np.int64)
    inputs = [f(2, 5, 3, 2), labels, np.abs(f(5))]
    case(f"nllloss_{reduction}_weight_ignore", inputs, "NegativeLogLikelihoodLoss", reduction=reduction, ignore_index=2)
    case(f"sce_{reduction}", [f(2, 5, 3, 2), labels], "SoftmaxCrossEntropyLoss", outputs=2, opset=13, reduction=reduction)

# What depends on data.
whole = rng.integers(0, 4, (4, 3)).astype(np.float32)
case("unique_sorted", [whole], "Unique", outputs=4, opset=11)
case("unique_rows", [whole], "Unique", outputs=4, opset=11, axis=0, sorted=1)
case("nonzero", [rng.integers(0, 2, (2, 3, 4)).astype(bool)], "NonZero")
case("compress_short_condition", [f(3, 4), np.array([0, 1, 1], bool)], "Compress", axis=1)

# Indices.
case("tensorscatter_linear", [f(2, 3, 5, 2), f(2, 3, 2, 2), ints(1, 3)], "TensorScatter", mode="linear")
case("tensorscatter_circular", [f(2, 5, 3, 2), f(2, 3, 3, 2), ints(1, 3)], "TensorScatter", mode="circular", axis=1)
places = np.array([[[[5, 7], [13, 15]]]], np.int64)
unpool = [np.array([[[[1, 2], [3, 4]]]], np.float32), places]
case("maxunpool", unpool, "MaxUnpool", kernel_shape=[2, 2], strides=[2, 2])
case("maxunpool_output_shape", [*unpool, ints(1, 1, 5, 5)], "MaxUnpool", kernel_shape=[2, 2], strides=[2, 2])
case("col2im_strides", [f(2, 3 * 4, 9), ints(6, 6), ints(2, 2)], "Col2Im", strides=[2, 2])
for reduction in ("add", "mul", "min"):
    case(f"scatternd_{reduction}", [f(4, 5, 2), np.array([[[0, 1], [2, -1]]]), f(1, 2, 2)], "ScatterND", reduction=reduction)
case("gathernd_batch_negative", [f(2, 3, 4), np.array([[[-1], [0]], [[2], [1]]])], "GatherND", batch_dims=1)
case("onehot_axis0", [rng.integers(-5, 7, (2, 3)).astype(np.int64), scalar(5), np.array([2, 3], np.float32)], "OneHot", axis=0)

# Sequences of numbers.
pool = {"ngram_counts": [0, 4], "ngram_indexes": [0, 1, 2, 3, 4, 5, 6], "pool_int64s": [2, 3, 5, 4, 5, 6, 7, 8, 6, 7]}
tokens = np.array([[1, 1, 3, 3, 3, 7], [8, 6, 7, 5, 6, 8]], dtype=np.int32)
grams = {"min_gram_length": 1, "max_gram_length": 2, "max_skip_count": 5, **pool}
case("tfidfvectorizer_tf", [tokens], "TfIdfVectorizer", mode="TF", **grams)
case("tfidfvectorizer_bigrams", [tokens[1]], "TfIdfVectorizer", mode="TF", **{**grams, "min_gram_length": 2})
weights = [1.5, 2.0, 0.5, 3.0, 4.0, 5.0, 6.0]
for mode in ("IDF", "TFIDF"):
    case(f"tfidfvectorizer_{mode.lower()}", [tokens], "TfIdfVectorizer", mode=mode, weights=weights, **grams)

# Order.
for operator in ("CumSum", "CumProd"):
    case(operator.lower() + "_exclusive_reverse", [f(3, 4), scalar(-1)], operator, opset=26, exclusive=1, reverse=1)
case("det", [f(2, 3, 4, 4)], "Det")
case("topk_smallest", [rng.integers(0, 9, (3, 6)).astype(np.int32), ints(4)], "TopK", outputs=2, axis=1, largest=0)

# Element by element.
case("mish", [f(3, 4)], "Mish")
case("swish_alpha", [f(3, 4)], "Swish", alpha=0.5)
case("hardswish_double", [f(3, 4).astype(np.float64)], "HardSwish")
case("bitcast_float_int", [f(3, 2)], "BitCast", opset=26, to=int(TensorProto.INT32))
case("bitcast_float16_uint16", [f(3).astype(np.float16)], "BitCast", opset=26, to=int(TensorProto.UINT16))
case("bitcast_double_int64", [np.array([1.0, -2.5, 3.75])], "BitCast", opset=26, to=int(TensorProto.INT64))
case("pow_int_float", [rng.integers(1, 9, (3,)).astype(np.int32), f(3)], "Pow")
case("reducelogsumexp_noop", [f(3, 4)], "ReduceLogSumExp", opset=18, noop_with_empty_axes=1)
case("reducesumsquare_noop", [f(3, 4)], "ReduceSumSquare", opset=18, noop_with_empty_axes=1)

# Shapes.
case("pad_wrap_axes", [f(3, 4, 2), ints(1, 2), None, ints(-2)], "Pad", mode="wrap")
case("pad_reflect_twice", [f(3), ints(5, 4)], "Pad", mode="reflect")
case("centercroppad_negative_axes", [f(5, 8, 3), ints(4, 9)], "CenterCropPad", axes=[-1, 0])
case("slice_back", [f(10, 6), ints(-1, 4), ints(-100, 0), ints(0, 1), ints(-2, -1)], "Slice")
case("split_uneven", [f(7, 2)], "Split", outputs=3, num_outputs=3)
case("depthtospace_crd", [f(2, 8, 3, 2)], "DepthToSpace", blocksize=2, mode="CRD")
case("spacetodepth_batch", [f(2, 3, 4, 6)], "SpaceToDepth", blocksize=2)
