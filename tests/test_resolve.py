"""Which of several findings make a profile: agreement, conflict, doubt, repeats in other words."""

from hypothesis import given
from hypothesis import strategies as st

from domainscout.profile import Address, Person, Phone
from domainscout.records import Account, Evidence, Field, Finding, FindingValue
from domainscout.resolve import CEILING, Resolved, agreed, resolve

URL = "https://example.com/"


def found(field: Field, value: FindingValue, confidence: float = 0.8, *, quote: str = "q", url: str = URL) -> Finding:
    return Finding(
        field=field, value=value, confidence=confidence, evidence=Evidence(url=url, quote=quote, method="rules:test")
    )


def resolved(*findings: Finding) -> Resolved:
    return resolve(findings, lambda url, quote: quote != "absent")


def test_a_value_whose_quote_is_on_no_page_is_dropped_and_counted() -> None:
    result = resolved(found(Field.EMAILS, "a@example.com", quote="absent"), found(Field.EMAILS, "b@example.com"))
    assert result.values[Field.EMAILS] == ["b@example.com"]
    assert result.unsupported == 1


def test_agreement_raises_confidence_and_outvotes_one_surer_voice() -> None:
    result = resolved(
        found(Field.COMPANY_NAME, "Acme", 0.7),
        found(Field.COMPANY_NAME, "Other", 0.85),
        found(Field.COMPANY_NAME, "ACME", 0.75),
    )
    assert result.values[Field.COMPANY_NAME] == "ACME"
    assert result.evidence[0].confidence > 0.85


def test_a_conflict_is_noted_with_the_other_value_and_its_page() -> None:
    result = resolved(
        found(Field.COMPANY_NAME, "Acme", 0.9), found(Field.COMPANY_NAME, "Bolt", 0.6, url="https://example.com/b")
    )
    assert result.values[Field.COMPANY_NAME] == "Acme"
    assert result.notes == ["company_name: another value was found, 'Bolt' on https://example.com/b"]


def test_weak_others_and_longer_descriptions_are_not_worth_a_note() -> None:
    result = resolved(
        found(Field.COMPANY_NAME, "Acme", 0.9),
        found(Field.COMPANY_NAME, "Bolt", 0.1),
        found(Field.SHORT_DESCRIPTION, "One.", 0.9),
        found(Field.SHORT_DESCRIPTION, "Two.", 0.8),
    )
    assert result.notes == []


def test_doubt_takes_a_value_out_unless_enough_speaks_for_it() -> None:
    result = resolved(
        found(Field.FAXES, "+442079460001", 0.5),
        found(Field.FAXES, "+442079460001", -0.8),
        found(Field.FAXES, "+442079460002", 0.95),
        found(Field.FAXES, "+442079460002", -0.5),
    )
    assert result.values[Field.FAXES] == ["+442079460002"]


def test_one_person_in_several_spellings_with_parts_from_all() -> None:
    result = resolved(
        found(Field.PEOPLE, Person(name="Jane Example", title=None), 0.9),
        found(Field.PEOPLE, Person(name="Dr. Jane Q. Example", title="Director", email="jane@example.com"), 0.6),
        found(Field.PEOPLE, Person(name="John Example", title="Clerk"), 0.6),
    )
    assert result.values[Field.PEOPLE] == [
        Person(name="Jane Example", title="Director", email="jane@example.com"),
        Person(name="John Example", title="Clerk"),
    ]


def test_services_in_other_words_are_one() -> None:
    result = resolved(
        found(Field.SERVICES, "Boiler Repairs", 0.8),
        found(Field.SERVICES, "boiler repair", 0.7),
        found(Field.SERVICES, "Locks & keys", 0.6),
        found(Field.SERVICES, "Lock and Keys", 0.5),
        found(Field.SERVICES, "Glass", 0.5),
    )
    assert result.values[Field.SERVICES] == ["Boiler Repairs", "Locks & keys", "Glass"]


def test_repeats_of_one_menu_do_not_make_a_service_certain() -> None:
    result = resolved(*(found(Field.SERVICES, "Roofs", 0.8, url=f"https://example.com/{n}") for n in range(5)))
    assert result.evidence[0].confidence == CEILING[Field.SERVICES]


def test_an_address_with_more_words_is_the_same_place() -> None:
    result = resolved(
        found(Field.ADDRESSES, Address(street="1 Mill Lane", postcode="LS1 4AP", full="1 Mill Lane, LS1 4AP"), 0.9),
        found(
            Field.ADDRESSES,
            Address(street="Unit 2, 1 Mill Lane", postcode="ls1 4ap", full="Unit 2, 1 Mill Lane, LS1 4AP"),
            0.7,
        ),
        found(Field.ADDRESSES, Address(street="9 Mill Lane", postcode="LS1 4AP", full="9 Mill Lane, LS1 4AP"), 0.7),
    )
    assert len(result.values[Field.ADDRESSES]) == 2


def test_one_account_a_network_the_surest() -> None:
    result = resolved(
        found(Field.SOCIAL, Account(network="facebook", url="https://facebook.com/a"), 0.6),
        found(Field.SOCIAL, Account(network="facebook", url="https://facebook.com/b"), 0.9),
        found(Field.SOCIAL, Account(network="x", url="https://x.com/a"), 0.9),
    )
    social = result.values[Field.SOCIAL]
    assert (social.facebook, social.x, social.linkedin) == ("https://facebook.com/b", "https://x.com/a", None)
    assert {line.field for line in result.evidence} == {"social.facebook", "social.x"}


def test_evidence_points_at_its_place_in_the_list() -> None:
    result = resolved(
        found(Field.PHONES, Phone(number="+442079460001"), 0.5), found(Field.PHONES, Phone(number="+442079460002"), 0.9)
    )
    assert [(line.field, line.value) for line in result.evidence] == [
        ("phones[0]", "+442079460002"),
        ("phones[1]", "+442079460001"),
    ]


@given(st.lists(st.floats(0, 1), max_size=6))
def test_agreement_stays_a_probability_below_certainty(confidences: list[float]) -> None:
    together = agreed(confidences)
    assert 0 <= together <= 0.99
    assert together >= min(0.99, max(confidences, default=0)) - 0.001


@given(
    st.permutations(
        [
            found(Field.EMAILS, "a@example.com", 0.9),
            found(Field.EMAILS, "a@example.com", -0.2),
            found(Field.EMAILS, "b@example.com", 0.8),
            found(Field.COMPANY_NAME, "Acme", 0.5),
            found(Field.COMPANY_NAME, "Bolt", 0.6),
        ]
    )
)
def test_the_order_of_findings_does_not_matter(findings: list[Finding]) -> None:
    result = resolved(*findings)
    assert result.values[Field.EMAILS] == ["b@example.com", "a@example.com"]
    assert result.values[Field.COMPANY_NAME] == "Bolt"


def test_a_value_that_lacks_a_witness_is_dropped_counted_and_noted() -> None:
    findings = [found(Field.EMAILS, "a@example.com"), found(Field.EMAILS, "b@example.com")] * 2
    result = resolve(findings, lambda url, quote: True, lambda one: one.value == "a@example.com")
    assert result.values[Field.EMAILS] == ["b@example.com"]
    assert result.doubtful == 1
    assert [note for note in result.notes if "a@example.com" in note and "not stored" in note]
