"""The OpenAPI document is valid, and the whole sample's answers are what it says."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.data.conftest import VILLAGE
from villages.data.operations import OPERATIONS
from villages.disclosures.kinds import kinds


def description(visit):
    answer = visit.fetch("/api/openapi.json")
    assert answer.content_type == "application/json"
    return answer.get_json()


def right(document, visit, name):
    schema = {"$ref": f"#/components/schemas/{name}", "components": description(visit)["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in checker.iter_errors(document)]


def test_the_description_is_valid_openapi(visit):
    OpenAPIV31SpecValidator(description(visit)).validate()


def test_it_describes_every_address_and_parameter_that_is_answered(app, visit):
    paths = description(visit)["paths"]
    answered = {
        str(r.rule).replace("<", "{").replace(">", "}") for r in app.url_map.iter_rules() if "/api/v1" in r.rule
    }
    assert set(paths) == answered
    for path, each in paths.items():
        for parameter in each["get"]["parameters"]:
            if parameter["in"] == "query":
                answer = visit.fetch(f"{path.replace('{code}', VILLAGE).replace('{id}', '1')}?{parameter['name']}=%01")
                assert f"参数“{parameter['name']}”的值不对" in answer.get_json()["error"]["message"]


def test_what_can_be_chosen_from_a_few_is_listed(visit):
    asked = {each["name"]: each["schema"] for each in description(visit)["paths"]["/api/v1/items"]["get"]["parameters"]}
    assert asked["kind"]["enum"] == list(kinds())
    assert "affairs" in asked["section"]["enum"]


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "{" not in each.path], ids=lambda each: each.name)
def test_every_list_over_the_whole_sample_is_as_described(sampled, operation):
    schema = {"$ref": f"#/components/schemas/{operation.schema}", "components": description(sampled)["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    has_limit = any(each.name == "limit" for each in operation.parameters)
    path, pages = operation.path + ("?limit=200" if has_limit else ""), 0
    while path:
        document = sampled.fetch(path).get_json()
        if pages % 9 == 0 or document["next"] is None:
            assert [error.message for error in checker.iter_errors(document)] == []
        path, pages = document["next"] and document["next"].removeprefix("https://www.county.gov.cn"), pages + 1
        if operation.name == "duties" and pages == 5:
            break
    assert pages


def test_an_item_of_every_kind_is_as_described(visit, everything):
    shown = 0
    for kind in kinds().values():
        for row in visit.fetch(f"/api/v1/items?kind={kind.key}").get_json()["data"][:2]:
            assert right(visit.fetch(f"/api/v1/items/{row['id']}").get_json(), visit, "Item") == []
            shown += 1
    assert shown == 2 * sum(kind.exported for kind in kinds().values())
    assert right(visit.fetch(f"/api/v1/villages/{VILLAGE}").get_json(), visit, "Village") == []
    assert right(visit.fetch("/api/v1/items/0").get_json(), visit, "Error") == []


def test_a_wrong_document_is_noticed(visit, everything):
    row = visit.fetch("/api/v1/items").get_json()["data"][0]
    item = visit.fetch(f"/api/v1/items/{row['id']}").get_json()
    item["editions"][0]["fields"].append({"name": "a", "label": "a", "type": "money", "value": "12 元"})
    assert right(item, visit, "Item")
