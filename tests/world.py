"""A county in use: an item in review, a printed plate, an import, a file, a proposal, a machine that calls for help."""

import re

from sqlalchemy import select

from tests.factories import STATEMENT, TESTER, make_item
from tests.staff import COUNTY, VILLAGE, at_desk
from villages.accounts.queries import staff
from villages.core.access import allowed
from villages.core.clock import now
from villages.disclosures.actions import submit
from villages.disclosures.imports.models import ImportedItem, ImportRun
from villages.disclosures.models import Attachment
from villages.intake.channels import add_channel
from villages.intake.enclosures import Given
from villages.intake.kinds import kinds
from villages.intake.receiving import Came, receive
from villages.intake.routing import About
from villages.machines.actions import approve, ask, call_for_help
from villages.plates.models import Inspection, Plate, PrintedPlate, PrintRun
from villages.registry.bodies import add_department, make_missing
from villages.registry.queries import publisher_by_code, unit_by_code
from villages.site.actions import propose

FOREIGN, DEPARTMENT = "410923200201", "BM-1"
# What names something of an area; the rest of an address names a kind, a form or a choice.
SCOPED = {"code", "item_id", "staff_id", "number", "run_id", "inspection_id", "token", "kiosk_id", "call_id"}


def filled_world(app):
    """What stands in the places of staff addresses: of one's own village and of a foreign one."""
    with app.extensions["storage"].transaction() as session:
        make_missing(session, by=TESTER, at=now())
        add_department(session, unit_by_code(session, COUNTY), code=DEPARTMENT, name="示例局", by=TESTER, at=now())
    things = {}
    for name, village in (("own", VILLAGE), ("foreign", FOREIGN)):
        writer = at_desk(app, "editor", village).name
        with app.extensions["storage"].transaction() as session:
            by = staff(session, writer)
            item = make_item(session, publisher_by_code(session, f"{village}-J"), by)
            submit(session, item, by=by, at=now(), looked=True)
            proposal = propose(session, "detail", {"key": "audit_days", "value": "300"}, ["示例"], by=TESTER, at=now())
            plate = session.scalars(select(Plate).where(Plate.unit_id == item.unit_id)).one()
            things[name] = {
                "code": village, "item_id": item.id, "staff_id": by.id, "proposal_id": proposal.id,
                "items/code": f"{village}-J", "key": STATEMENT.key, "name": "once", "form": "csv",
                "number": plate.number,
            }  # fmt: skip
            things[name] |= _case(session, item.unit) | _more(session, plate, item, by)
            things[name] |= _hall(session, item.unit.parent)
    return things


def _more(session, plate, item, by):
    """What follows from a plate and from an item: a printing, a look, an import, a file."""
    printed = PrintRun(
        at=now(), actor=by.name, staff_id=by.id, layout="door-a4", base_url="https://a.cn/", is_test=False
    )
    printed.plates = [PrintedPlate(plate_id=plate.id)]
    look = Inspection(plate=plate, at=now(), actor=by.name, staff_id=by.id, finding="fine", photo="0" * 64)
    brought = ImportRun(
        kind=item.kind, file_name="账.xlsx", digest="0" * 64, staff=by, at=now(), state="done", moved_at=now(), items=1
    )
    file = Attachment(
        id=f"{item.id:022}", item=item, digest="0" * 64, name="通知.pdf", media_type="application/pdf", size=3,
        pieces=[], questions=[], created_at=now(),
    )  # fmt: skip
    session.add_all([printed, look, brought, file])
    session.flush()
    session.add(ImportedItem(item_id=item.id, run_id=brought.id))
    return {"run_id": printed.id, "imports/run_id": brought.id, "inspection_id": look.id, "token": file.id}


def _case(session, village):
    """A question about a village, with a picture."""
    values, file = {"text": "示例", "phone": "13800000000"}, Given("photos", "image/jpeg", b"a picture")
    receipt = receive(
        session, kinds()["question"], values, About(unit=village), Came("counter"), by=TESTER, at=now(), files=[file]
    )
    channel = add_channel(session, village.parent, "email", "a@example.com", by=TESTER, at=now())
    return {"cases/number": receipt.case.number, "place": 1, "channel_id": channel.id}


def _hall(session, township):
    """A machine in a township's hall, from which somebody called."""
    machine = ask(session, token=township.name, screen="1080x1920", at=now())
    approve(session, machine, unit=township, name="", orientation="portrait", by=TESTER, at=now())
    call = call_for_help(session, machine, screen="home", phone="", at=now())
    return {"kiosk_id": machine.id, "call_id": call.id}


def addresses(app, method, things):
    """Every staff address that takes a method, with things in its places, and what it is open to."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and method in rule.methods:
            path = re.sub(r"<any\(([^)]*)\):\w+>", lambda m: m.group(1).split(",")[0].strip(" \"'"), rule.rule)
            room = rule.rule.split("/")[2]
            value = {name: things.get(f"{room}/{name}", things.get(name)) for name in rule.arguments}
            missing = [name for name, found in value.items() if found is None and f"):{name}>" not in rule.rule]
            assert not missing, f"{rule.rule}: say in `things` what {missing} is, one's own and another's"
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m, value=value: str(value[m.group(1)]), path)
            yield path, allowed(app.view_functions[rule.endpoint]), SCOPED & rule.arguments
