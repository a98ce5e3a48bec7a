"""How the package is built: what it needs, what it ships and which commands it installs.

The settings of the tools that check it are in pyproject.toml.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent


def read_version() -> str:
    """The version in `mygenerator/__init__.py`, read without importing the package."""
    text = (HERE / "mygenerator" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise RuntimeError('mygenerator/__init__.py has no line __version__ = "..."')
    return found.group(1)


COMMANDS = {
    "generate-numbers-sequence": "cli_generate_numbers_sequence",
    "generate-phone-numbers": "cli_generate_phone_numbers",
    "validate-phone-numbers": "cli_validate_phone_numbers",
    "validate-phone-sequence": "cli_validate_phone_sequence",
}

# The lowest versions are those that work together: `bash run_tests.sh --lowest` installs exactly these and runs the
# everyday tests. Where nothing else is said, a version is the oldest that is tested, and no reason against an older one
# is known.
NEEDED = [
    "filelock>=3.12",
    "fire>=0.7",  # the first that imports on Python 3.13
    "numba>=0.60",  # the first for numpy 2
    "numpy>=2.0",  # the first with numpy.strings
    "opencv-python-headless>=4.10.0.84",  # the first built for numpy 2: older ones install beside it and do not import
    "pandas>=2.2.2",  # the first built for numpy 2: older ones install beside it and do not import
    "phonenumbers>=8.13",
    "Pillow>=10.2",
    "pooch>=1.8",
    "PyYAML>=6.0.1",  # the first that can be built from source again, where there is no wheel
    "requests>=2.31",
    "scikit-image>=0.25",  # the first that imports without a home folder; before 0.23.1 none works with numpy 2
    "shtab>=1.9.1",  # the first that completes for fish and, unlike 1.9.0, folders for bash
    "tqdm>=4.66",
    "xxhash>=3.4.1",  # 3.4.0 was withdrawn
]

# What formats need that not everybody uses: `pip install "mygenerator[parquet]"`.
FORMATS = {
    "parquet": ["pyarrow>=16.0"],  # the first built for numpy 2
    "webdataset": ["orjson>=3.10"],  # the truth of each sample as JSON, straight from arrays
    "tfrecord": ["google-crc32c>=1.6"],  # the checksums of its records, in C
}

TEST = [
    *(package for needed in FORMATS.values() for package in needed),
    "hypothesis>=6.100",
    "jsonschema>=4.21",
    "pytest>=8.2",
    "pytest-xdist>=3.5",
    "tfrecord>=1.14.5",  # reads our records, as other programs do
    "webdataset>=1.0.2",  # reads our tar files, and needs no torch for that
    "scikit-learn>=1.5",  # the embedded digits are rebuilt from it, and our steps must be compatible with it
]

# A linter is limited to one series of releases, so that new rules do not fail a commit that passed yesterday.
LINT = [
    "build>=1.2",
    "mypy>=2.4,<3",
    "pylint>=4.1,<5",
    "ruff>=0.17,<0.18",
    "types-PyYAML",
]

# What deep tests need besides; Chromium, its driver and axe-core come from elsewhere, as CONTRIBUTING.md says.
DEEP = [
    "selenium>=4.20",
]

# Limited likewise, because the documentation is built with warnings as errors.
DOCS = [
    "furo>=2025.12",
    "myst-parser>=5.2,<6",
    "numpydoc>=1.11,<2",
    "Sphinx>=9.0,<9.1",
]

setup(
    name="mygenerator",
    version=read_version(),
    description="Labelled images of digit strings from real handwritten digits, with gaps that are exactly as drawn",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="the mygenerator authors",
    # The code is MIT; the embedded digits are the UCI optical-recognition set, CC BY 4.0.
    license_expression="MIT AND CC-BY-4.0",
    license_files=["LICENSE", "mygenerator/data/LICENSE-optdigits.md"],
    keywords=["handwritten digits", "synthetic data", "OCR", "MNIST", "phone numbers"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Image Recognition",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    install_requires=NEEDED,
    extras_require={
        **FORMATS,
        "all": sorted({package for needed in FORMATS.values() for package in needed}),
        "test": TEST,
        "deep": TEST + DEEP,
        "docs": DOCS,
        "dev": TEST + LINT + DOCS,
    },
    # The repository's config/ is the only copy of the configuration and the recipes; the wheel has it as a package.
    packages=[*find_packages(include=["mygenerator", "mygenerator.*"]), "mygenerator.config_files"],
    package_dir={"mygenerator.config_files": "config"},
    package_data={
        "mygenerator": ["py.typed", "data/*", *(f"inspection/page/page.{kind}" for kind in ("html", "css", "js"))],
        "mygenerator.config_files": ["*.yaml", "*.json"],
    },
    entry_points={
        "console_scripts": [
            "mygenerator = mygenerator.cli.main:main",  # it finds its commands itself
            *(
                f"{name} = mygenerator.cli.{module}:main"
                for command, module in COMMANDS.items()
                for name in (command, module)  # the second is the command's old name
            ),
        ]
    },
    zip_safe=False,
)
