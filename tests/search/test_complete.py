"""What a scan of all texts finds, the index finds: the same hits in the same order, on both databases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.search.corpus import TODAY, corpus, scan
from villages.core.db import Storage
from villages.search import actions
from villages.search.folding import words_of
from villages.search.models import SearchEntry
from villages.search.queries import PER_PAGE, counts, find
from villages.search.question import MOST_COUNTED, Question

ENTRIES = list(corpus(2_400))
TEXTS = [entry.title for entry in ENTRIES] + [entry.text for entry in ENTRIES]


@st.composite
def parts_of_texts(draw):
    """One to six characters out of a text."""
    text = draw(st.sampled_from(TEXTS))
    start = draw(st.integers(0, max(0, len(text) - 1)))
    return text[start : start + draw(st.integers(1, 6))]


QUERIES = st.lists(parts_of_texts(), min_size=1, max_size=3).map(" ".join) | st.text(max_size=6)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "units": st.lists(st.integers(1, 12), max_size=4).map(tuple),
        "section": st.sampled_from(["affairs", "services", "oversight", "' OR 1=1"]),
        "kind": st.sampled_from(["one_kind", 'no"ne', "*"]),
        "year": st.sampled_from([2025, 2026, 1999]),
    },
)


@pytest.fixture(scope="module")
def full(databases):
    """All of the corpus, half of it put in place of something else."""
    url = databases.copy("blank")
    storage = Storage(url)
    with storage.transaction() as session:
        actions.add(session, list(corpus(1_200, seed=3)))
        for entry in ENTRIES[:300]:
            actions.put(session, entry)
        actions.remove(session, "item", [entry.ref for entry in ENTRIES[300:1200]])
        actions.add(session, ENTRIES[300:])
    yield storage
    storage.close()
    databases.drop(url)


def found(storage, question, page):
    with storage.reading() as session:
        return find(session, question, page=page)


@settings(max_examples=120, deadline=None)
@given(query=QUERIES, filters=FILTERS, turn=st.integers(1, 200))
def test_every_page_of_a_search_is_what_a_scan_finds(full, query, filters, turn):
    question = Question(words_of(query), TODAY, **filters)
    expected = scan(ENTRIES, question)
    pages = max(1, -(-len(expected) // PER_PAGE))
    for page in {1, turn % pages + 1, pages, pages + 1}:
        result = found(full, question, page)
        first = (page - 1) * PER_PAGE
        assert [hit.ref for hit in result.hits] == expected[first : first + PER_PAGE]
        assert result.has_more == (len(expected) > first + PER_PAGE)
        assert result.count == (len(expected) if len(expected) <= MOST_COUNTED else None)


@settings(max_examples=80, deadline=None)
@given(text=st.sampled_from(ENTRIES), data=st.data())
def test_what_stands_in_a_line_is_found_by_any_part_of_it(full, text, data):
    line = data.draw(st.sampled_from([text.title, *text.text.split("\n")]))
    start = data.draw(st.integers(0, len(line)))
    part = line[start : start + data.draw(st.integers(1, 6))]
    hits = [
        entry.ref for entry in ENTRIES if part in entry.title or any(part in each for each in entry.text.split("\n"))
    ]
    question = Question(words_of(part), TODAY)
    if question.words:
        public = {entry.ref for entry in ENTRIES if entry.until is None or entry.until >= TODAY}
        assert set(hits) & public <= set(scan(ENTRIES, question))


def test_a_word_that_is_everywhere_is_reached_to_its_last_page(full):
    question = Question(words_of("的"), TODAY)
    expected, pages = scan(ENTRIES, question), []
    assert len(expected) > MOST_COUNTED
    for page in range(1, -(-len(expected) // PER_PAGE) + 1):
        pages += [hit.ref for hit in found(full, question, page).hits]
    assert pages == expected


def test_taking_most_out_leaves_the_rest_to_be_found(databases):
    storage = Storage(url := databases.copy("blank"))
    with storage.transaction() as session:
        actions.add(session, ENTRIES[:1500])
        actions.remove(session, "item", [entry.ref for entry in ENTRIES[20:1500]])
        assert counts(session) == (20, 20)
        assert len(session.scalars(select(SearchEntry.ref)).all()) == 20
    question = Question(words_of("的"), TODAY)
    assert [hit.ref for hit in found(storage, question, 1).hits] == scan(ENTRIES[:20], question)
    storage.close()
    databases.drop(url)


def test_a_notice_is_not_found_after_its_last_day(full):
    ended = next(entry for entry in ENTRIES if entry.until == TODAY and words_of(entry.title))
    question = Question(words_of(ended.title[:20]), TODAY)
    assert ended.ref in scan(ENTRIES, question)
    with full.reading() as session:
        later = Question(question.words, date_after(TODAY), units=(ended.unit_id,))
        assert ended.ref not in [hit.ref for hit in find(session, later).hits]


def date_after(day):
    return day.fromordinal(day.toordinal() + 1)
