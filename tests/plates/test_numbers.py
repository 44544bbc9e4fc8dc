"""The plate number: any single wrong digit and any swap of neighbours is noticed."""

import itertools

import pytest

from villages.plates.numbers import has_right_check_digit, new_number, plain, spoken


@pytest.fixture(params=range(25))
def number(request):
    return new_number()


def test_a_new_number_has_eight_digits_and_a_right_check_digit(number):
    assert len(number) == 8
    assert number.isdigit()
    assert number[0] != "0"
    assert has_right_check_digit(number)


def test_every_single_wrong_digit_is_noticed(number):
    for at, digit in itertools.product(range(8), "0123456789"):
        wrong = number[:at] + digit + number[at + 1 :]
        assert wrong == number or not has_right_check_digit(wrong)


def test_every_swap_of_neighbours_is_noticed(number):
    for at in range(7):
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        assert swapped == number or not has_right_check_digit(swapped)


def test_numbers_are_not_consecutive():
    numbers = sorted(int(new_number()[:7]) for _ in range(200))
    assert sum(b - a == 1 for a, b in itertools.pairwise(numbers)) < 5


@pytest.mark.parametrize("text", ["1234 5678", "1234-5678", "12345678", " 1234\u30005678 "])
def test_hyphens_and_spaces_are_ignored(text):
    assert plain(text) == "12345678"


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_what_is_no_number_has_no_right_check_digit(text):
    assert not has_right_check_digit(text)


def test_a_number_is_spoken_in_two_groups():
    assert spoken("12345678") == "1234 5678"
