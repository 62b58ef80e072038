"""Words and signs of streets, houses and units in many languages. Owns the patterns, not the cutting."""

from __future__ import annotations

import re

SUFFIXES = (
    r"street|str|st|road|rd|avenue|ave?|boulevard|blvd|drive|dr|lane|ln|way|court|ct|circle|cir|place|pl|"
    r"square|sq|terrace|ter|trail|trl|parkway|pkwy|"
    r"highway|hwy|freeway|turnpike|tpke|pike|loop|close|crescent|cres|row|walk|mews|gardens?|grove|hill|parade|"
    r"pde|quay|wharf|green|park|rise|view|vale|"
    r"alley|plaza|plz|route|rte|rt|broadway|path|crossing|xing|expressway|expy|bypass|center|centre|concession|"
    r"esplanade|mall|bridge|gate|yard|broadway|"
    r"run|ridge|point|commons?|landing|pass|shrubberies|main"
)


SUFFIX = re.compile(rf"\b(?:{SUFFIXES})\b\.?", re.I)


UNIT = re.compile(
    r"\b(?:suite|ste|unit|apt|apartment|floor|fl|level|room|rm|bldg|building|office|lot|shop|studio|no|block|"
    r"tower|#)\b\.?\s?#?\s?[\w-]{1,6}|#\s?\w{1,6}|"
    r"\b(?:ground|first|second|third|fourth|fifth|\d{1,2}(?:st|nd|rd|th)) floor\b",
    re.I,
)


PLACE = re.compile(
    r"\b(?:house|building|centre|center|court|park|mill|farm|estate|works|barn|hall|lodge|cottage|chambers|"
    r"plaza|tower|mall|complex|hub|"
    r"industries|industrial|business|units?|suites?|floor|studios?|arcade|campus|village|old|yard|wharf|quay|"
    r"exchange|opposite|opp|above|beside|near|behind)\b",
    re.I,
)


POBOX = re.compile(
    r"\b(?:P\.? ?O\.?|Post Office|Postal)[ -]?Box\.?\s?#?:?\s?[\w-]{1,12}|\b(?:Postfach|Postbus|"
    r"Apartado(?: de correos)?|Casella postale|BP|Caixa Postal|P\.? ?O\.? B\.?)\s?[\d ]{1,8}\d",
    re.I,
)


EUROPEAN_STREET = re.compile(
    r"(?:str(?:aße|asse|\.)?|weg|platz|allee|gasse|ring|damm|ufer|chaussee|steig|straat|laan|plein|kade|gracht|"
    r"singel|dijk|vej|gade|allé|plads|boulevard|väg(?:en)?|"
    r"gat(?:an|a)|gate|vei(?:en)?|katu|tie|hof|berg|markt|park|promenade|stieg|pfad|twiete|graben|zeile|kamp|feld)\b"
    r"|\b(?:rue|avenue|av|ave|avd|avda|bd|boul|boulevard|place|pl|chemin|route|impasse|all[ée]e|quai|cours|square|"
    r"passage|faubourg|za|zi|zac|zone|lieu-dit|résidence|"
    r"calle|c/|c\.|avenida|paseo|p[ºo]\.?|plaza|pza|ronda|carretera|ctra|camino|travesía|pol[íi]gono|"
    r"urb(?:anizaci[óo]n)?|carrer|rambla|via|viale|piazza|piazzale|corso|largo|vicolo|strada|"
    r"contrada|localit[àa]|loc|fraz(?:ione)?|rua|r\.|avenida|travessa|praça|largo|estrada|rodovia|alameda|ul|"
    r"ulica|al|aleja|pl|os|n[áa]m|n[áa]m[ěe]st[íi]|t[řr][íi]da|ulice|"
    r"am|an der|im|in der|auf der|zum|zur|unter den|alter?|obere|untere)\b|(?<!\w)c/(?=\s?\w)",
    re.I,
)


NUMBER_FIRST = re.compile(
    r"^(?:#?\d{1,6}(?:[-\u2013/]\d{1,6})?(?:-?[A-Za-z])?|One|Two|Three|Four|Five|Six|Ten)(?:[,.]|\s?(?:bis|ter|"
    r"quater)\b)?\s+\S"
)


STREET_TAIL = re.compile(
    rf"\s(\d{{1,5}}[A-Za-z]?(?:[-\u2013/]\d{{1,5}})?\s(?:[A-Z][\w.'’-]*\s){{1,4}}(?:{SUFFIXES})\b\.?(?:\s(?:N|S|"
    rf"E|W|NE|NW|SE|SW)\b)?)$",
    re.I,
)


NUMBER_LAST = re.compile(
    r"^[^\d]{3,60}[\s.]\s?(?:n[°ºo.]{0,2}\s?)?\d{1,5}(?:\s?[a-zA-Z]\b)?(?:\s?[-\u2013/+]\s?\d{1,5}\s?[a-zA-Z]?)"
    r"?(?:,? .{0,30})?$"
)


NUMBER_ONLY = re.compile(
    r"^(?:n[°ºr.]{0,2}\s?)?(?:\d{1,5}\s?[a-zA-Z]?(?:\s?[-\u2013/]\s?\d{1,5}[a-zA-Z]?)?|s/n\.?º?|"
    r"snc)(?:\s(?:bajo|baixo|bis|ter|izq\w*|dcha\w*|local \w+|\d[ºª°]\s?\w{0,3}))?$",
    re.I,
)


LABEL = re.compile(
    r"^.{0,40}?\b(?:address(?:es)?|adresse|anschrift|direcci[óo]n|indirizzo|adres|morada|endere[çc]o|adresa|"
    r"located at|visit us(?: at)?|find us(?: at)?|headquarters|head office|"
    r"registered office|registered address|our office|office|sitz|siège(?: social)?|sede(?: legale| operativa|"
    r" social)?|domicilio(?: social)?|mailing|standort|location|lokalizacja|siedziba|sídlo|"
    r"provozovna|hlavní sídlo|company registered in|write to us(?: at)?|based at|come see us(?: at)?|"
    r"mail(?: to)?|post|lieu|where)\b\s?(?:is|:|at|-|\u2013|are|in)*:?\s+",
    re.I,
)


PART_OF_HOUSE = re.compile(
    r"^(?:halle|haus|geb(?:äude|\.)|aufgang|stiege|eingang|trakt|etage|\d\. ?(?:og|stock|etage)|eg|og|hinterhaus|"
    r"b[âa]t(?:iment|\.)?|[ée]tage|escalier|\d+[eè](?:r|me)? [ée]tage|km\.? ?\d[\d.,]*|"
    r"\d{1,2}[ºª°](?: ?(?:[A-Z]|esq|dto|dcha|izq)\w*\.?)?|piso|planta|local|puerta|piano|scala|interno|int\.|"
    r"verdieping|bus|andar|sala|loja|fra[cç]|nave|parcela|portal|bloque|oficina|bloco|lote|capannone)\b.{0,16}$",
    re.I,
)
"""What may stand between a street with its number and the postcode."""


INDIAN = re.compile(
    r"\d|\b(?:plot|flat|shop|house|floor|block|sector|phase|nagar|marg|road|rd|street|lane|gali|colony|chowk|bazaar|"
    r"industrial|estate|complex|tower|bldg|building|opp|near|behind|main|cross|layout|enclave|vihar|extn|circle|hno)\b",
    re.I,
)


ANY_LABEL = re.compile(r"^[A-Z][a-z]+(?: [A-Za-z]+){0,2}:\s+(?=\d|P\.? ?O\.? ?B|#)")


JUNK = re.compile(
    r"@|https?:|www\.|©|\bcopyright\b|\ball rights\b|\b(?:tel|phone|fax|telefon|mobile|mob|email|e-mail|mail|"
    r"call|vat|hours|open|mon|tue|wed|thu|fri|sat|sun|"
    r"monday|friday|customer service|contact)\b\s?[:.]|\d{3}[)\s.-]{1,2}\d{3}[\s.-]\d{4}|\+\d{2}|"
    r"^\(?0\d(?:[ ()./-]?\d){7}",
    re.I,
)
