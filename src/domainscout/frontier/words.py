"""The words by which links tell what they lead to, language by language. Data for `frontier`, nothing else.

Lower case, accents removed ("über" is "uber", "équipe" is "equipe"), entries separated by "|". An entry matches at
the beginning of a word, so "contact" stands for contacto, contactez and contactus too; "=word" matches it whole only.
"""

from __future__ import annotations

from domainscout.records import PageKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTACT = """
contact|get in touch|reach us|call us|write to us|enquir|inquir|=touch
kontakt|ansprechpartner|anfrage|schreiben sie uns|so erreichen sie uns
contact|joindre|ecrivez|nous ecrire|coordonnees|nous contacter|prenez contact
contact|escribenos|escribanos
contatt|=recapiti|scrivici|dove trovarci
contact|neem contact|bereikbaar
contato|fale conosco|faleconosco|fale connosco|contacte
kontakt|skontaktuj|napisz do nas
kontakt|kontaktujte|kde nas najdete|napiste nam
kontakt|skriv til os|kontakta oss|ta kontakt|yhteystiedot|ota yhteytta
kapcsolat|elerhetoseg|iletisim|contacteaza|epikoinonia
"""

ABOUT = """
about|who we are|our story|our company|the company|company profile|=company|our history|=history|mission|
our values|why us|why choose|why we|=why|=profile|overview|background|corporate|=philosophy|=story|our firm|the firm|
our practice
uber uns|ueber uns|ueberuns|uberuns|uber mich|ueber mich|=ueber|=uber|wir uber|wer wir sind|=unternehmen|=firma|
=wir|geschichte|leitbild|philosophie|=historie|=profil|firmenprofil|die kanzlei|=kanzlei|die praxis|=praxis
a propos|apropos|qui sommes|qui suis|qui est|notre histoire|=histoire|l entreprise|=entreprise|notre entreprise|
la societe|presentation|le cabinet|=cabinet|nos valeurs|decouvrir|l association
quienes somos|quienes|sobre nosotros|sobre mi|=sobre|=nosotros|la empresa|=empresa|conocenos|nuestra historia|
=historia|acerca|la clinica|el despacho|la asociacion
chi siamo|chi sono|chisiamo|azienda|l azienda|la societa|la nostra storia|=storia|lo studio|associazione|
l associazione
over ons|over mij|overons|=over|wie zijn|wie we zijn|wie wij zijn|het bedrijf|ons verhaal|geschiedenis|bedrijf
quem somos|quem sou|a empresa|sobre nos|sobre a|nossa historia
o nas|o mnie|o firmie|onas|o spolecnosti|o kancelarii|o gabinecie|kim jestesmy|nasza historia
o nas|o firme|o mne|o spolecnosti|historie
om os|om oss|om mig|om meg|=om|om virksomheden|vores historie|meista|yritys
rolunk|bemutatkozas|cegunk|hakkimizda|despre|kurumsal
"""

TEAM = """
team|ourteam|=staff|our staff|our people|=people|meet the|meet our|meet us|leadership|management|directors|
board of|=board|executives|=founder|founders|attorneys|=lawyers|our lawyers|our doctors|=doctors|=dentists|
our dentist|physicians|providers|therapists|=trustees|=committee|biograph|=bios|=bio|our experts|who s who|
personnel|instructors|practitioners|=employees|=agents|our agents|=faculty|=doctor|meet dr|the owner
=mitarbeiter|unser team|das team|geschaftsfuhrung|geschaeftsfuehrung|geschaftsleitung|anwalte|=anwaelte|
rechtsanwalte|=arzte|=aerzte|vorstand|unsere mitarbeiter|die menschen|kopfe|ansprechpartner
=equipe|l equipe|notre equipe|collaborateurs|les avocats|dirigeants|direction
=equipo|nuestro equipo|el equipo|profesionales|abogados|directiva|plantilla|cuadro medico
=staff|il team|lo staff|la squadra|il nostro team|professionisti|collaboratori|avvocati|i medici
medewerkers|het team|ons team|=mensen|onze mensen|directie|bestuur
nosso time|nossa equipe|=equipa|a equipa|profissionais|=socios
zespol|nasz zespol|=kadra|zarzad|pracownicy|specjalisci|lekarze
=tym|nas tym|lide|zamestnanci|vedeni
medarbejder|medarbetare|ansatte|henkilokunta|holdet
munkatarsak|csapat|ekibimiz|echipa
"""

LEGAL = """
=imprint|legal notice|legal information|=legal|company information|company details|statutory
impressum|anbieterkennzeichnung|impresum
mentions legales|mentionslegales|informations legales
aviso legal|avisolegal|informacion legal
note legali|notelegali|informazioni legali|dati societari
colofon|bedrijfsgegevens|juridische
informacoes legais|termos legais
nota prawna|informacje prawne|dane firmy
=tiraz|pravni informace|obchodni udaje
virksomhedsoplysninger|=kolofon|impresszum|=kunye
"""

SMALL_PRINT = """
privacy|terms|cookie|disclaimer|gdpr|conditions of|modern slavery|accessibility statement
datenschutz|=agb|nutzungsbedingungen|widerruf
confidentialite|=cgv|=cgu|conditions generales|donnees personnelles
privacidad|proteccion de datos|terminos|condiciones
=privacy|informativa|termini|condizioni
privacyverklaring|voorwaarden
privacidade|=lgpd|termos de
prywatnosc|regulamin|=rodo|polityka
ochrana osobnich|zasady|obchodni podminky|ochrana soukromi
persondata|privatlivspolitik|integritetspolicy|personvern|handelsbetingelser
"""

LOCATIONS = """
location|=branches|our branches|=offices|our offices|=stores|store locator|find us|find a|where we are|
where to find|directions|=map|=maps|visit us|service area|areas we|areas served|area we cover|=areas|dealers|
showroom|=hours|opening hours|opening times|business hours|worldwide|how to get
standort|filiale|niederlassung|anfahrt|lageplan|offnungszeiten|oeffnungszeiten|so finden sie|=lage|
wegbeschreibung|sprechzeiten|=praxen
nos agences|=agences|nos magasins|=magasins|nous trouver|plan d acces|=acces|ou nous|implantations|horaires|
=boutiques|zone d intervention
donde estamos|=sedes|oficinas|tiendas|ubicacion|como llegar|=horario|=horarios|localizacion|delegaciones|
encuentranos
dove siamo|dovesiamo|=sedi|le sedi|la sede|negozi|=orari|come raggiungerci|raggiungi
vestiging|=winkels|locatie|=route|openingstijden|waar vind|routebeschrijving
onde estamos|unidades|=lojas|localizacao|como chegar|enderecos
lokalizacj|=dojazd|jak dojechac|placowki|=oddzialy|=sklepy|godziny otwarcia|=mapa|gdzie jestesmy
pobocky|provozovny|=kde|otevirac|prodejny|=mapa
afdelinger|find vej|abningstider|butikker|hitta hit|oppettider|avdelinger
"""

SERVICES = """
service|what we do|=solutions|our work|expertise|capabilit|=treatments|treatment|practice area|practices|=offer|
offering|=products|product|=pricing|=prices|=fees|price list|=rates|specialt|specialit|what we offer|=industries|
=sectors|our range|=catering|=packages|=programs|=programmes|=menu|=menus|how we|=work|technolog
leistung|dienstleist|angebot|=losungen|loesungen|produkt|kompetenz|behandlung|rechtsgebiet|tatigkeit|taetigkeit|
schwerpunkt|=preise|sortiment|=therapie|therapien|fachgebiet|portfolio|arbeitsgebiete
nos services|=services|prestation|savoir faire|nos metiers|produit|=soins|=tarifs|=tarif|domaines|activites|
nos solutions|=carte|competences|realisations
servicio|soluciones|producto|tratamiento|=precios|especialidad|areas de practica|que hacemos|=tarifas|
actividades
serviz|=prodotti|prodotto|soluzioni|trattament|=prezzi|cosa facciamo|attivita|listino|=camere|specializzazioni
=diensten|dienstverlening|=producten|behandeling|=tarieven|oplossingen|wat we doen|werkzaamheden|assortiment|
aanbod
servico|=produtos|solucoes|tratamentos|=precos|especialidades|o que fazemos
uslug|=oferta|=produkty|=cennik|zabiegi|rozwiazania|specjalizacj|terapi|co robimy
sluzby|=produkty|=nabidka|=cenik|=reference|sortiment|=masaze|co delame
ydelser|=produkter|=priser|tjanster|tjenester|palvelut|=tuotteet|behandlinger
szolgaltatas|termekek|=arak|hizmet|servicii|urunler
"""

PROOF = """
certific|accredit|zertifi|certificaz|certyfikat|certificad|=quality|=qualitat|qualitaet|qualite|calidad|qualita|
kwaliteit|=iso|awards|memberships|=compliance|=faq|=faqs|=clients|=references|referenz|=partners|=careers|=jobs|
karriere|=sustainability|=testimonials|=press|=media|=investors|=downloads
"""

AVOIDED_SEGMENTS = _words("""
blog blogs news newsroom article articles artikel post posts press-releases presse actualite actualites actu
noticias notizie nieuws noticia aktualnosci aktuality aktuelles nyheder nyheter story stories insights magazine
magazin archive archives archiv category categories categorie kategorie tag tags author authors autor topic
topics event events veranstaltungen evenements eventos calendar kalender forum forums wiki gallery galerie
galleria photos fotos video videos podcast product-category shop store boutique tienda negozio webshop sklep
eshop e-shop cart basket warenkorb panier carrito carrello checkout kasse wishlist compare search suche
recherche buscar cerca login log-in logout signin sign-in signup register registrieren account my-account
mein-konto konto profile user users member password reset wp-admin wp-login wp-json wp-content feed rss atom
xmlrpc print share email-a-friend jobs job vacancies case-studies case-study portfolio project projects reviews
review testimonials webinar webinars whitepaper whitepapers download downloads wp-includes cdn-cgi api ajax
property properties listing listings
""")

AVOIDED_HOSTS = _words("""
m mobile wap amp blog blogs news shop store mail webmail email login portal my app apps api cdn static assets img images
media intranet extranet forum community jobs careers karriere status docs dev staging test beta secure account accounts
""")

SESSION_KEYS = _words("""
phpsessid jsessionid sessionid session_id session sid s_id sessid aspsessionid cfid cftoken zenid oscsid xtcsid
osccsid mscssid viewstate token csrf nonce _ts ts timestamp rand random cachebuster cb nocache
""")
TRACKING_KEYS = _words("""
gclid fbclid msclkid dclid yclid igshid mc_cid mc_eid _ga _gl ref referrer source src hsctatracking _hsenc _hsmi
wbraid gbraid twclid li_fat_id mkt_tok trk affiliate aff
""")
TRAP_KEYS = _words("""
date day month year week time calendar cal sort order orderby dir filter replytocom add-to-cart action share
print format output view display limit offset start from to do q s query search redirect return returnurl next
url back comment reply lightbox tribe-bar-date eventdisplay ical
""")
PAGING_KEYS = frozenset(["page", "paged", "p", "pg", "start", "offset", "seite"])

BINARY = _words("""
pdf doc docx xls xlsx ppt pptx odt ods odp rtf txt csv xml json rss atom ics vcf zip rar gz tgz tar bz2 7z dmg
exe msi apk iso jpg jpeg png gif webp svg bmp ico tif tiff avif heic mp3 mp4 m4a m4v mov avi wmv flv webm ogg
wav swf css js mjs map woff woff2 ttf eot otf eps ai psd kml gpx torrent bin jar deb rpm
""")

LANGUAGES = _words("""
en de fr es it nl pt pl cs da sv no nb fi hu ro tr ru uk el sk sl hr sr bg et lv lt is ga ca eu gl ja zh ko ar
he hi th vi id ms fa
""")

LANGUAGE_NAMES = _words("""
english deutsch francais espanol italiano nederlands portugues polski cesky cestina dansk svenska norsk suomi
magyar romana turkce russian русский українська ελληνικα slovensky slovencina hrvatski 中文 日本語 한국어 العربية
""")

KINDS: tuple[tuple[PageKind, str], ...] = (
    (PageKind.CONTACT, CONTACT),
    (PageKind.TEAM, TEAM),
    (PageKind.ABOUT, ABOUT),
    (PageKind.LEGAL, LEGAL),
    (PageKind.LOCATIONS, LOCATIONS),
    (PageKind.SERVICES, SERVICES),
)
