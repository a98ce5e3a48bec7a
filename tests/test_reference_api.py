"""The calls of older releases, as their users write them: every name is there, with its parameters and defaults."""

import ast
import importlib
import inspect

import pytest

# As a call is written: `name=value` is a default, `name=...` any default. More parameters may follow, if they have one.
CALLS = [
    "dataset.ImageDataset(path=None, get_image_fn=None, meta=None, image_suffix='*.png')",
    "dataset.ImageDataset.get_image_only(self, index)",
    "dataset.ImageDataset.get_sample(self, index)",
    "dataset.ImageDataset.get_label_list(self, label)",
    "dataset.ImageDataset.read_image(source)",
    "dataset.ImageDataset.save(self, path, prefix='img', suffix=..., nrows=-1)",
    "dataset.NlpDataset(meta)",
    "dataset.NlpDataset.get_text_only(self, index)",
    "dataset.NlpDataset.get_sample(self, index)",
    "dataset.PhoneNlpDataset(size, region='JP', seed=None)",
    "dataset.PhoneNlpDataset.is_valid(self, text)",
    "dataset.PhoneNlpDataset.get_phone_number(self, index)",
    "validate.image_padding_get(img, threshold=0, inverse=True)",
    "validate.image_padding_load(path, threshold=15)",
    "validate.image_padding_validate(img, min_padding, max_padding)",
    "validate.run_image_padding_validate(min_spacing, max_spacing, image_width, input_path, inverse_image=True, "
    "config_file='default')",
    "util_image.image_merge(image_list, n_dim, padding_size, max_height, total_width)",
    "util_image.image_remove_extra_padding(img, inverse=False, removedot=True)",
    "util_image.image_resize(image, width=None, height=None, inter=...)",
    "util_image.image_read(source)",
    "util_image.padding_generate(paddings_number, min_padding, max_padding)",
    "utils.log(*values)",
    "utils.log2(*values)",
    "utils.logw(*values)",
    "utils.loge(*values)",
    "utils.dataset_build_meta_mnist(path)",
    "utils.config_load(config_file)",
    "utils.dataset_get_path(config)",
    "transform.ImageTransform()",
    "transform.CharToImages(font=...)",
    "transform.RemoveWhitePadding()",
    "transform.CombineImagesHorizontally(padding_range=..., combined_width=...)",
    "transform.ScaleImage(width=None, height=None, inter=...)",
    "transform.TextToImage(glyphs=..., spacing_range=..., image_width=..., sizing='fill')",
    "transform.ValidatePadding(spacing_range=...)",
    *(
        f"transform.{step}.transform_sample(self, image)"
        for step in ["ImageTransform", "RemoveWhitePadding", "ScaleImage"]
    ),
    "transform.CharToImages.transform_sample(self, sample)",
    "transform.CombineImagesHorizontally.transform_sample(self, sample)",
    "transform.TextToImage.transform_sample(self, sample)",
    "transform.ValidatePadding.transform_sample(self, sample)",
    "pipeline.Pipeline(steps)",
    "pipeline.run_generate_numbers_sequence(sequence, min_spacing=1, max_spacing=10, image_width=280, "
    "output_path='./', config_file='default')",
    "pipeline.run_generate_phone_numbers(num_images=10, min_spacing=1, max_spacing=10, image_width=280, "
    "output_path='./', config_file='default')",
    *(
        f"transform.{step}.{method}"
        for step in [
            "ImageTransform",
            "CharToImages",
            "RemoveWhitePadding",
            "CombineImagesHorizontally",
            "ScaleImage",
            "TextToImage",
            "ValidatePadding",
        ]
        for method in ["fit(self, ds)", "transform(self, ds)", "fit_transform(self, ds)"]
    ),
]


def found(name):
    """What stands under a dotted name in the package: a module's members, and theirs."""
    module, *members = name.split(".")
    thing = importlib.import_module(f"mygenerator.{module}")
    for member in members:
        thing = getattr(thing, member)
    return thing


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_older_releases_finds_its_name_parameters_and_defaults(call):
    name, _, parameters = call.partition("(")
    wanted = ast.parse(f"def f({parameters}: pass").body[0].args
    parameters = list(inspect.signature(found(name)).parameters.values())

    positional = [one for one in parameters if one.kind == inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert [one.name for one in positional][: len(wanted.args)] == [one.arg for one in wanted.args]
    for one, default in zip(wanted.args[::-1], wanted.defaults[::-1], strict=False):
        given = inspect.signature(found(name)).parameters[one.arg].default
        assert given is not inspect.Parameter.empty
        assert ast.literal_eval(default) in (..., given)
    assert all(one.default is not inspect.Parameter.empty for one in positional[len(wanted.args) :])

    assert (wanted.vararg is not None) <= any(one.kind == inspect.Parameter.VAR_POSITIONAL for one in parameters)
