"""The German words that abbreviations, units and capitals stand for."""

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
SHORT_MONTHS = {
    "Jan": "Januar", "Jän": "Jänner", "Feb": "Februar", "Febr": "Februar", "Mär": "März", "Apr": "April",
    "Jun": "Juni", "Jul": "Juli", "Aug": "August", "Sep": "September", "Sept": "September", "Okt": "Oktober",
    "Nov": "November", "Dez": "Dezember",
}  # fmt: skip
DAYS = {
    "Mo": "Montag", "Di": "Dienstag", "Mi": "Mittwoch", "Do": "Donnerstag", "Fr": "Freitag", "Sa": "Samstag",
    "So": "Sonntag",
}  # fmt: skip

# Gender of the nouns that ranks and ones stand before; what is in none of these tables is masculine.
NEUTER = frozenset(
    "Mal Kapitel Jahr Jahrhundert Jahrtausend Jahrzehnt Buch Kind Spiel Tor Semester Quartal Album Lied Bild Haus "
    "Finale Halbjahr Drittel Viertel Stück Wort Gebot Gesetz Konzert Rennen Leben Gramm Kilogramm Milligramm "
    "Mikrogramm Kilo Pfund Prozent Gigabyte Megabyte Terabyte Kilobyte Byte Bit Volt Watt Kilowatt Megawatt Gigawatt "
    "Hertz Dezibel Grad Tier Zimmer Bier Glas Paar Ei Video Foto Auto Match Treffen Mitglied Opfer Regiment Fenster "
    "Reich Ende Auge Pferd Hektar Pixel Gebäude Studienjahr Schuljahr Vierteljahr Obergeschoss Stockwerk".split()
)
FEMININE = frozenset(
    "Staffel Liga Bundesliga Halbzeit Nacht Wahl Hand Mannschaft Million Billion Frau Person Art Welt Republik Mutter "
    "Tochter Schwester Stadt Zeit Symphonie Sinfonie Auflage Schicht Armee Kraft Antwort Uhr Zahl Insel Regel Mark "
    "Division Infanteriedivision Panzerdivision Position Dimension Gruppenphase Partei Nummer Kammer Tafel".split()
)
FEMININE_ENDINGS = ("ung", "heit", "keit", "schaft", "ion", "tät", "ik", "ur", "enz", "anz", "rei", "in", "e")
NOT_FEMININE = frozenset(
    "Deutsche Name Junge Gedanke Buchstabe Käse Kollege Kunde Zeuge Termin Beginn Gewinn Stein Wein Verein Schwung "
    "Sprung Ursprung Vorsprung Schein Franzose Brite Russe Pole Türke Chinese Löwe Hase Affe Spion Stadion".split()
)

# Nouns that a rank without an article stands before: 2. Staffel, 3. Platz.
RANKED = frozenset(
    "Mal Kapitel Jahrhundert Jahrtausend Jahrzehnt Weltkrieg Staffel Folge Klasse Platz Rang Runde Halbzeit Liga "
    "Bundesliga Auflage Teil Akt Szene Satz Stock Etage Stufe Tag Woche Jahr Semester Quartal Geburtstag Jahrestag "
    "Generation Ehe Reihe Stelle Position Versuch Preis Runde Etappe Ausgabe Lektion Schritt Reich Republik Welt "
    "Klasse Spieltag Minute Stunde Sinfonie Symphonie Armee Division Hand Wahl Person Advent Auflage Bezirk FC "
    "Obergeschoss Buch Mose Station Tor Strophe Lesung Episode Kreis Senat Gebot Kind Kongress Parteitag Lebensjahr "
    "Internationale Bataillon Regiment Kammer".split()
)

# Words that begin a sentence far more often than they follow an abbreviation inside one.
STARTERS = (
    "Er|Sie|Es|Wir|Ich|Du|Ihr|Das|Der|Die|Den|Dem|Ein|Eine|Und|Aber|Oder|Doch|Dann|Da|Dort|Hier|So|Wenn|Wer|Was|Wo|Wie|"
    "Warum|Wann|In|Im|Am|An|Auf|Aus|Bei|Mit|Nach|Von|Vor|Zu|Für|Seit|Man|Nun|Jetzt|Heute|Auch|Nur|Noch|Danach|Damals|"
    "Dies|Diese|Dieser|Alle|Als|Denn|Ja|Nein|Nicht|Kein|Keine|Mein|Sein|Unser|Bitte|Schon|Später|Doch"
)

# Abbreviations, their periods in any spacing; those that may end a sentence keep its period there.
ABBREVIATIONS = {
    "z.B.": "zum Beispiel", "z. B.": "zum Beispiel", "d.h.": "das heißt", "u.a.": "unter anderem",
    "usw.": "und so weiter", "usf.": "und so fort", "bzw.": "beziehungsweise", "ca.": "circa", "etc.": "et cetera",
    "o.ä.": "oder Ähnliches", "u.ä.": "und Ähnliches", "i.d.R.": "in der Regel", "z.T.": "zum Teil",
    "u.U.": "unter Umständen", "v.a.": "vor allem", "s.o.": "siehe oben", "s.u.": "siehe unten",
    "m.E.": "meines Erachtens", "u.v.m.": "und vieles mehr", "u.v.a.": "und viele andere", "i.A.": "im Auftrag",
    "o.g.": "oben genannt", "z.Zt.": "zurzeit", "z.Z.": "zurzeit", "a.D.": "außer Dienst", "a.M.": "am Main",
    "a.d.": "an der", "e.V.": "E V", "v.Chr.": "vor Christus", "n.Chr.": "nach Christus",
    "i.e.S.": "im engeren Sinne", "u.s.w.": "und so weiter", "i.d.F.": "in der Fassung",
    "n.u.Z.": "nach unserer Zeitrechnung", "v.u.Z.": "vor unserer Zeitrechnung", "h.c.": "honoris causa",
    "ü.d.M.": "über dem Meer", "ü.M.": "über dem Meer", "gegr.": "gegründet", "Einw.": "Einwohner",
    "n.V.": "nach Verlängerung", "n.E.": "nach Elfmeterschießen", "o.k.": "okay", "a.a.O.": "am angegebenen Ort",
    "sog.": "sogenannte", "inkl.": "inklusive", "exkl.": "exklusive", "evtl.": "eventuell", "ggf.": "gegebenenfalls",
    "ggfs.": "gegebenenfalls", "vgl.": "vergleiche", "bspw.": "beispielsweise", "insb.": "insbesondere",
    "insbes.": "insbesondere", "allg.": "allgemein", "zzgl.": "zuzüglich", "abzgl.": "abzüglich", "mind.": "mindestens",
    "max.": "maximal", "lt.": "laut", "gem.": "gemäß", "geb.": "geboren", "gest.": "gestorben", "verh.": "verheiratet",
    "tägl.": "täglich", "jährl.": "jährlich", "wg.": "wegen", "mtl.": "monatlich", "dt.": "deutsch",
    "engl.": "englisch", "franz.": "französisch", "lat.": "lateinisch", "urspr.": "ursprünglich", "ehem.": "ehemalig",
    "dgl.": "dergleichen", "eigtl.": "eigentlich", "zw.": "zwischen", "durchschn.": "durchschnittlich",
    "Jh.": "Jahrhundert", "Jhd.": "Jahrhundert", "Jahrh.": "Jahrhundert", "Mio.": "Millionen", "Mrd.": "Milliarden",
    "Tsd.": "Tausend", "Std.": "Stunden", "MwSt.": "Mehrwertsteuer", "MwSt": "Mehrwertsteuer", "Hrsg.": "Herausgeber",
    "Tel.": "Telefon", "Anm.": "Anmerkung", "Fa.": "Firma", "Dipl.-Ing.": "Diplom-Ingenieur", "Ing.": "Ingenieur",
    "Bhf.": "Bahnhof", "Hbf.": "Hauptbahnhof", "Hbf": "Hauptbahnhof", "Pfd.": "Pfund", "Ztr.": "Zentner",
    "Stk.": "Stück", "Co.": "Co", "jun.": "junior", "sen.": "senior", "jr.": "junior", "Zit.": "Zitat",
    "Übers.": "Übersetzung", "Verf.": "Verfasser", "Red.": "Redaktion", "Forts.": "Fortsetzung", "Univ.": "Universität",
    "Dtl.": "Deutschland", "Bj.": "Baujahr", "Whg.": "Wohnung", "Bsp.": "Beispiel", "Mwst.": "Mehrwertsteuer",
    "Abt.": "Abteilung", "Ltg.": "Leitung",
}  # fmt: skip

# Abbreviated adjectives, which are declined before a noun.
ADJECTIVES = {
    "sog": "sogenannt", "ehem": "ehemalig", "dt": "deutsch", "engl": "englisch", "franz": "französisch",
    "lat": "lateinisch", "allg": "allgemein", "russ": "russisch", "ital": "italienisch", "span": "spanisch",
    "österr": "österreichisch", "kath": "katholisch", "evang": "evangelisch", "jüd": "jüdisch",
    "amerik": "amerikanisch", "versch": "verschieden", "staatl": "staatlich", "städt": "städtisch",
}  # fmt: skip

# Abbreviations that stand for these words only before a number.
NUMBERED = {
    "Nr": "Nummer", "Nrn": "Nummern", "S": "Seite", "Bd": "Band", "Abb": "Abbildung", "Kap": "Kapitel",
    "Art": "Artikel", "Abs": "Absatz", "Abschn": "Abschnitt", "Tab": "Tabelle", "Aufl": "Auflage", "Jg": "Jahrgang",
    "Ziff": "Ziffer", "Fig": "Figur", "Vol": "Volumen", "Bl": "Blatt", "Z": "Zeile", "Sp": "Spalte", "Ep": "Episode",
    "um": "um", "No": "Nummer", "Bde": "Bände",
}  # fmt: skip

TITLES = {
    "Dr": "Doktor", "Prof": "Professor", "Hr": "Herr", "Hrn": "Herrn", "Fr": "Frau", "Frl": "Fräulein",
    "St": "Sankt", "Dres": "Doktores", "Mag": "Magister", "Gebr": "Gebrüder", "Hl": "Heiliger", "hl": "heilige",
    "Kard": "Kardinal", "Gen": "General", "Hptm": "Hauptmann", "Lt": "Leutnant",
}  # fmt: skip

# Units: singular and plural. Case matters (mW, MW).
UNITS = {
    "km": ("Kilometer", "Kilometer"), "m": ("Meter", "Meter"), "dm": ("Dezimeter", "Dezimeter"),
    "cm": ("Zentimeter", "Zentimeter"), "mm": ("Millimeter", "Millimeter"), "µm": ("Mikrometer", "Mikrometer"),
    "nm": ("Nanometer", "Nanometer"), "kg": ("Kilogramm", "Kilogramm"), "g": ("Gramm", "Gramm"),
    "mg": ("Milligramm", "Milligramm"), "µg": ("Mikrogramm", "Mikrogramm"), "t": ("Tonne", "Tonnen"),
    "l": ("Liter", "Liter"), "L": ("Liter", "Liter"), "ml": ("Milliliter", "Milliliter"),
    "cl": ("Zentiliter", "Zentiliter"), "dl": ("Deziliter", "Deziliter"), "hl": ("Hektoliter", "Hektoliter"),
    "ha": ("Hektar", "Hektar"), "s": ("Sekunde", "Sekunden"), "sec": ("Sekunde", "Sekunden"),
    "ms": ("Millisekunde", "Millisekunden"), "µs": ("Mikrosekunde", "Mikrosekunden"),
    "ns": ("Nanosekunde", "Nanosekunden"), "min": ("Minute", "Minuten"), "h": ("Stunde", "Stunden"),
    "d": ("Tag", "Tage"), "Hz": ("Hertz", "Hertz"), "kHz": ("Kilohertz", "Kilohertz"),
    "MHz": ("Megahertz", "Megahertz"), "GHz": ("Gigahertz", "Gigahertz"), "THz": ("Terahertz", "Terahertz"),
    "kB": ("Kilobyte", "Kilobyte"), "KB": ("Kilobyte", "Kilobyte"), "MB": ("Megabyte", "Megabyte"),
    "GB": ("Gigabyte", "Gigabyte"), "TB": ("Terabyte", "Terabyte"), "PB": ("Petabyte", "Petabyte"),
    "kbit": ("Kilobit", "Kilobit"), "Mbit": ("Megabit", "Megabit"), "Gbit": ("Gigabit", "Gigabit"),
    "Mbps": ("Megabit pro Sekunde", "Megabit pro Sekunde"), "V": ("Volt", "Volt"), "kV": ("Kilovolt", "Kilovolt"),
    "mV": ("Millivolt", "Millivolt"), "W": ("Watt", "Watt"), "kW": ("Kilowatt", "Kilowatt"),
    "MW": ("Megawatt", "Megawatt"), "GW": ("Gigawatt", "Gigawatt"), "mW": ("Milliwatt", "Milliwatt"),
    "kWh": ("Kilowattstunde", "Kilowattstunden"), "MWh": ("Megawattstunde", "Megawattstunden"),
    "Wh": ("Wattstunde", "Wattstunden"), "TWh": ("Terawattstunde", "Terawattstunden"),
    "GWh": ("Gigawattstunde", "Gigawattstunden"), "mAh": ("Milliamperestunde", "Milliamperestunden"),
    "mA": ("Milliampere", "Milliampere"), "kΩ": ("Kiloohm", "Kiloohm"), "Ω": ("Ohm", "Ohm"),
    "kJ": ("Kilojoule", "Kilojoule"), "kcal": ("Kilokalorie", "Kilokalorien"), "cal": ("Kalorie", "Kalorien"),
    "Pa": ("Pascal", "Pascal"), "hPa": ("Hektopascal", "Hektopascal"), "bar": ("Bar", "Bar"),
    "dB": ("Dezibel", "Dezibel"), "PS": ("P S", "P S"), "px": ("Pixel", "Pixel"), "MP": ("Megapixel", "Megapixel"),
    "fps": ("Bild pro Sekunde", "Bilder pro Sekunde"), "Std": ("Stunde", "Stunden"), "Stdn": ("Stunde", "Stunden"),
    "Min": ("Minute", "Minuten"), "Sek": ("Sekunde", "Sekunden"), "J": ("Jahr", "Jahre"), "lm": ("Lumen", "Lumen"),
    "EL": ("Esslöffel", "Esslöffel"), "TL": ("Teelöffel", "Teelöffel"), "kN": ("Kilonewton", "Kilonewton"),
    "Pkt": ("Punkt", "Punkte"), "Pf": ("Pfennig", "Pfennig"), "sm": ("Seemeile", "Seemeilen"),
}  # fmt: skip

SCALES = {
    "Tsd": "Tausend", "Mio": "Million", "Mill": "Million", "Mrd": "Milliarde", "Md": "Milliarde", "Bio": "Billion",
    "Million": "Million", "Millionen": "Million", "Milliarde": "Milliarde", "Milliarden": "Milliarde",
    "Billion": "Billion", "Billionen": "Billion",
}  # fmt: skip

# Currencies and their hundredths.
MONEY = {
    "€": ("Euro", "Cent"), "EUR": ("Euro", "Cent"), "Euro": ("Euro", "Cent"), "$": ("Dollar", "Cent"),
    "US$": ("U S-Dollar", "Cent"), "USD": ("U S-Dollar", "Cent"), "Dollar": ("Dollar", "Cent"),
    "£": ("Pfund", "Pence"), "GBP": ("Pfund", "Pence"), "CHF": ("Franken", "Rappen"), "Franken": ("Franken", "Rappen"),
    "sFr": ("Franken", "Rappen"), "¥": ("Yen", "Sen"), "₹": ("Rupien", "Paisa"), "DM": ("D-Mark", "Pfennig"),
}  # fmt: skip

# Nouns after which four digits are no year, and words before which they always are.
COUNTED_AFTER = frozenset(
    "Menschen Leute Soldaten Personen Tote Toten Mal Jahre Jahren Stück Mann Männer Frauen Kinder Schüler Tage Tagen "
    "Seiten Einwohner Einwohnern Meter Metern Kilometer Kilometern Grad Prozent Teilnehmer Besucher Zuschauer Arten "
    "Mitarbeiter Mitglieder Mitgliedern Schiffe Flugzeuge Panzer Punkte Schritte Sterne Tiere Bücher Stunden Minuten "
    "Sekunden Tonnen Liter Gramm Kilo Kilogramm Meilen Mark Franken Dollar Euro Kalorien Volt Watt Häuser Wörter "
    "Dörfer Stufen Tränen Teile Plätze Wohnungen Fans Bilder Fotos Flüchtlinge Arbeiter Wohnungen Bäume Zuschauern "
    "Kubikmeter Quadratmeter Quadratkilometer Rupien Kronen Beschäftigte Verletzte Opfer Studenten Studierende".split()
)
YEAR_CUES = frozenset(
    "jahr jahre jahres jahren seit anno sommer winter herbst frühling frühjahr ende anfang mitte".split()
    + [month.lower() for month in MONTHS]
)

SPELLED_DOMAINS = frozenset("www de at ch eu tv io uk us pdf txt jpg png gif mp csv html xml svg php exe".split())
DOMAINS = "com|org|net|de|at|ch|eu|info|tv|io|app|dev|gov|edu|uk|fr|it|me|biz|shop|berlin|online"
EXTENSIONS = "pdf|txt|jpg|jpeg|png|gif|docx?|xlsx?|zip|csv|html?|xml|svg|mp[34]|wav|exe|json|srt|py|ini|md"

# Words that are half abbreviation, and names with a capital inside.
MIXED_CASE = {
    "GmbH": "G M B H", "gGmbH": "G G M B H", "Pkw": "P K W", "Lkw": "L K W", "Kfz": "K F Z", "UdSSR": "U D S S R",
    "BAföG": "Bafög", "StGB": "S T G B", "StVO": "S T V O", "BGBl": "B G B L", "MfS": "M F S", "PCs": "P C's",
    "GdP": "G D P", "KdF": "K D F", "BfV": "B F V", "MdB": "M D B", "WLAN": "W Lan", "Wlan": "W Lan", "ÖPNV": "Ö P N V",
    "CEOs": "C E O's", "AfD": "A F D", "kHz": "Kilohertz", "LPs": "L P's", "LP": "L P",
}  # fmt: skip

# Initialisms: letters said one by one although they could be read as words.
INITIALISMS = frozenset(
    "ARD USA EU UN UNHCR UV IT KI TV OP AG BRD DDR ADAC AKW ABC AOK AIDA BBC BBI BER BGB BIP BKA BND BMI CIA CEO CIO "
    "EDV EKD EKG ESA EZB FAQ FBI GEZ GPS GUS HIV IBM ICE IOC ISS IHK IQ KI KO LED MAD MRI MAZ NDR NSA OECD OSZE PC "
    "PIRA RAF RBB RTL SA SED SUV UKW UEK USB URL VIP VW WC WEU IRA ISO DIN AKP ETA EKD USW ICH ESM IAEA IG DAAD IS AU "
    "AHV EDEKA ÖBB ÖVP FPÖ SPÖ ORF SBB IC EC RE DJ CD DVD UHD HD EP ID OK BA MA EM WM ES AK AIS ADHS EEG UFA "
    "NRA DEA".split()
) - {"ICH", "ES", "DIN", "EDEKA", "AIDA", "UFA", "ISO", "WEU", "IS", "OK"}

# Acronyms: said as words although short or oddly spelled.
ACRONYMS = frozenset(
    "NATO NASA UNO UNESCO UNICEF FIFA UEFA OPEC AIDS COVID PIN RAM ROM DAX MAX TÜV SARS SIM DIN ISO LASER RADAR "
    "EDEKA IKEA HARIBO AIDA VIVA INTERPOL EUROPOL SCHUFA UFO UFOS ELSTER GEMA GAU ASEAN JPEG GIF LIDL ALDI BAFTA MEZ "
    "CERN DEKRA NABU BUND UFA PEN SWIFT TASS WASP FORSA INSA".split()
) - {"MEZ"}

# Short words that are written in capitals for emphasis.
SHORT_WORDS = frozenset(
    "AB AM AN DA DU ER ES HA IM IN IS JA JE NA OB OH SO UM WO ZU AUF AUS BEI BIN BIS DAS DEM DEN DER DES DIE DIR DOCH "
    "EIN FÜR GAR GUT HAB HAT HEY ICH IHM IHN IHR IST KAM MAG MAL MAN MIR MIT NEU NIE NUN NUR OFT ROT SEI SIE TAG TOD "
    "TOT TUN TUT UND UNS VON VOR WAR WAS WEG WEM WEN WER WIE WIR WUT ZUM ZUR ACH AHA AUA OHO RAN RAUS REIN SEX SAG "
    "GEH KOMM LOS HALT STOP STOPP ALT ALS ARM ART ARZT BAD BOT EHE EIS GIB GOTT HOF HUT KUH MUT NAH NOT NÖ OMA OPA "
    "ORT RAD RAT RUF SEE SAH TAT TEE TOR UHR ZUG WEH WOW OKAY OK YES NO THE END".split()
)

# How German syllables may begin and end; capitals that do otherwise are said letter by letter.
ONSETS = frozenset(
    "BL BR CH CHR CL CR DR FL FR GL GN GR KL KN KR PF PFL PFR PH PHR PL PR PS QU RH SCH SCHL SCHM SCHN SCHR SCHW SH SK "
    "SKL SKR SL SM SN SP SPL SPR ST STR SZ TH THR TR TS TSCH VL VR WR ZW".split()
)
LONG_CODAS = frozenset(
    "SCH NSCH TSCH RST NST CHT CHTS CHST HRT HLT HST HNT RKT NKT NFT RFT LFT RZT TZT TZ RTS LTS NTS NGS NGST NKS RBST "
    "MPF MPFT CKT CKS PFT RCHT LCH NCH RCH LLT MMT NNT SST STS RNS RMS RGT LGT NDS LDS RDS RBT LBT HLS HRS LST RT RSCH "
    "LSCH NTST LKS RKS MST UFT TTS".split()
)

# Rulers, popes and saints: a Roman numeral after one of these names is a rank.
RULERS = frozenset(
    "Ludwig Heinrich Karl Georg Eduard Richard Jakob Wilhelm Paul Pius Benedikt Leo Gregor Napoleon Nikolaus "
    "Alexander Peter Iwan Friedrich Philipp Ferdinand Franz Urban Innozenz Klemens Clemens Johannes Johann Otto Ramses "
    "Darius Xerxes Ptolemäus Robert David Gustav Christian Felipe Alfons Konstantin Justinian Bonifatius Sixtus Julius "
    "Balduin Joseph Josef Leopold Albert Albrecht Umberto Olaf Harald Haakon Maximilian Rudolf Sigismund Konrad Lothar "
    "Charles Amenophis Thutmosis Selim Mehmed Murad Suleiman August Ernst Alfonso Karel Boleslaw Kasimir Stephan "
    "Harald Carl Hadrian Cölestin Viktor Manuel Wenzel Ottokar Baudouin Hussein Rama Franziskus Erich Knut".split()
)
QUEENS = frozenset("Elisabeth Katharina Maria Margarethe Margrethe Isabella Kleopatra Johanna Anna Beatrix".split())
RULER_TITLES = "König|Königin|Kaiser|Kaiserin|Papst|Zar|Zarin|Prinz|Sultan|Pharao|Herzog|Kurfürst|Fürst|Graf|Bischof"

# Nouns after which a Roman numeral is a plain number.
COUNTED = (
    "Teil|Kapitel|Akt|Szene|Band|Buch|Abschnitt|Artikel|Phase|Typ|Klasse|Folge|Episode|Anhang|Titel|Stufe|Runde|Abbildung|"
    "Tabelle|Vatikan|Hartz|Rocky|Rambo|Division|Kategorie|Gruppe|Version|Sektor|Block|Zone|Modell"
)

# Numbers that have a reading of their own.
FIXED = {
    "24/7": "vierundzwanzig sieben",
    "50/50": "fünfzig fünfzig",
    "9/11": "nine eleven",
    "08/15": "null acht fünfzehn",
}

# Words that carry a dotted number which is a version, and words before "1" that leave it an article.
VERSIONED = (
    "Version|Windows|Python|Linux|Android|iOS|HTML|CSS|macOS|Ubuntu|Java|Web|Industrie|Kapitel|Abschnitt|Release|USB|"
    "Bluetooth|Firefox|Office|PHP"
)
BEFORE_ONE = frozenset(
    "nur noch mit pro je in nach vor für etwa über um auf aus von und oder ist habe haben hat kostet genau knapp fast "
    "circa nehmen nimm gab gibt bis mindestens maximal höchstens war alle nicht bleibt sind".split()
)

# Elisions that begin with an apostrophe which is no quotation mark.
ELISIONS = "ne|nen|nem|ner|nes|rein|raus|rauf|runter|rum|rüber|ran|nauf|naus|nein|drauf|drin|türlich|kay"

# Endings that are written after digits.
COMPOUNDED = (
    "jährig|tägig|stündig|minütig|monatig|wöchig|köpfig|teilig|stellig|stufig|seitig|sprachig|prozentig|fach|mal|stöckig|"
    "bändig|gradig|türig|zeilig|spurig|malig|rädrig|bettig|eckig|beinig|sitzig|jähr|zackig|faltig|silbig"
)

LETTER_NAMES = {
    "a": "ˈaː", "b": "b ˈeː", "c": "t͡s ˈeː", "d": "d ˈeː", "e": "ˈeː", "f": "ˈɛ f", "g": "ɡ ˈeː", "h": "h ˈaː",
    "i": "ˈiː", "j": "j ˈɔ t", "k": "k ˈaː", "l": "ˈɛ l", "m": "ˈɛ m", "n": "ˈɛ n", "o": "ˈoː", "p": "p ˈeː",
    "q": "k ˈuː", "r": "ˈɛ ɐ̯", "s": "ˈɛ s", "t": "t ˈeː", "u": "ˈuː", "v": "f ˈaʊ", "w": "v ˈeː", "x": "ˈɪ k s",
    "y": "ˈʏ p s iː l ɔ n", "z": "t͡s ˈɛ t", "ä": "ˈɛː", "ö": "ˈøː", "ü": "ˈyː", "ß": "ɛ s t͡s ˈɛ t",
}  # fmt: skip

# Words that the lexicon says wrongly, or lacks though everybody uses them.
CORRECTIONS = {
    "der": "d ˈeː ɐ̯", "er": "ˈeː ɐ̯", "vielleicht": "f iː l ˈaɪ ç t", "tatsächlich": "t ˈaː t z ɛ ç l ɪ ç",
    "team": "t ˈiː m", "teams": "t ˈiː m s", "video": "v ˈiː d eː oː", "videos": "v ˈiː d eː oː s",
    "saison": "z ɛ z ˈɔ ŋ", "monat": "m ˈoː n a t", "monate": "m ˈoː n a t ə", "monaten": "m ˈoː n a t ə n",
    "september": "z ɛ p t ˈɛ m b ɐ", "oktober": "ɔ k t ˈoː b ɐ", "november": "n oː v ˈɛ m b ɐ",
    "august": "aʊ ɡ ˈʊ s t", "kultur": "k ʊ l t ˈuː ɐ̯", "jedoch": "j eː d ˈɔ x", "mädchen": "m ˈɛː t ç ə n",
    "vögel": "f ˈøː ɡ ə l", "vögeln": "f ˈøː ɡ ə l n", "bücher": "b ˈyː ç ɐ", "büchern": "b ˈyː ç ɐ n",
    "milliarde": "m ɪ l j ˈa ɐ̯ d ə", "milliarden": "m ɪ l j ˈa ɐ̯ d ə n", "tausendste": "t ˈaʊ z ə n t͡s t ə",
    "sechste": "z ˈɛ k s t ə", "sechsten": "z ˈɛ k s t ə n", "sechster": "z ˈɛ k s t ɐ", "sechstes": "z ˈɛ k s t ə s",
    "celsius": "t͡s ˈɛ l z iː ʊ s", "software": "z ˈɔ f t v ɛː ɐ̯", "hardware": "h ˈaː ɐ̯ t v ɛː ɐ̯",
    "computer": "k ɔ m p j ˈuː t ɐ", "ne": "n ə", "nen": "n ə n", "nem": "n ə m", "ner": "n ɐ", "okay": "oː k ˈeː",
    "nato": "n ˈaː t oː", "uno": "ˈuː n oː", "nasa": "n ˈaː z aː", "lan": "l ˈaː n", "google": "ɡ ˈuː ɡ ə l",
    "internet": "ˈɪ n t ɐ n ɛ t", "thema": "t ˈeː m aː", "restaurant": "ʁ ɛ s t oː ʁ ˈa ŋ", "orange": "oː ʁ ˈa ŋ ʒ ə",
    "theologie": "t eː oː l oː ɡ ˈiː", "biologie": "b iː oː l oː ɡ ˈiː", "app": "ˈɛ p", "cool": "k ˈuː l",
    "facebook": "f ˈeː s b ʊ k", "hey": "h ˈeː", "wow": "v ˈaʊ", "sorry": "z ˈɔ ʁ iː", "fußball": "f ˈuː s b a l",
    "dollar": "d ˈɔ l a ɐ̯", "euro": "ˈɔʏ ʁ oː", "at": "ˈɛ t", "com": "k ˈɔ m", "org": "ˈɔ ɐ̯ k", "net": "n ˈɛ t",
    "tüv": "t ˈʏ f", "ski": "ʃ ˈiː", "baby": "b ˈeː b iː", "manager": "m ˈɛ n ɛ d͡ʒ ɐ", "jazz": "d͡ʒ ˈɛ s",
    "neunte": "n ˈɔʏ n t ə", "hundertste": "h ˈʊ n d ɐ t͡s t ə", "zoo": "t͡s ˈoː", "hm": "h m",
    # what `german` makes of signs and abbreviations
    "circa": "t͡s ˈɪ ɐ̯ k aː", "et": "ˈɛ t", "cetera": "t͡s ˈeː t ə ʁ aː", "byte": "b ˈaɪ t", "bytes": "b ˈaɪ t͡s",
    "kilobyte": "k ˈiː l oː b aɪ t", "megabyte": "m ˈeː ɡ a b aɪ t", "gigabyte": "ɡ ˈiː ɡ a b aɪ t",
    "terabyte": "t ˈeː ʁ a b aɪ t", "petabyte": "p ˈeː t a b aɪ t", "gigabit": "ɡ ˈiː ɡ a b ɪ t",
    "megahertz": "m ˈeː ɡ a h ɛ ɐ̯ t͡s", "gigahertz": "ɡ ˈiː ɡ a h ɛ ɐ̯ t͡s", "terahertz": "t ˈeː ʁ a h ɛ ɐ̯ t͡s",
    "kilohertz": "k ˈiː l oː h ɛ ɐ̯ t͡s", "milliliter": "m ˈɪ l iː l iː t ɐ", "zentiliter": "t͡s ˈɛ n t iː l iː t ɐ",
    "hektopascal": "h ɛ k t oː p a s k ˈa l", "pascal": "p a s k ˈa l", "pence": "p ˈɛ n s", "yen": "j ˈɛ n",
    "hashtag": "h ˈɛ ʃ t ɛ k", "dezibel": "d eː t͡s iː b ˈɛ l", "kilojoule": "k ˈiː l oː d͡ʒ uː l",
    "sechstel": "z ˈɛ k s t ə l", "neuntel": "n ˈɔʏ n t ə l", "tausendstel": "t ˈaʊ z ə n t͡s t ə l",
    "billiarde": "b ɪ l j ˈa ɐ̯ d ə", "billiarden": "b ɪ l j ˈa ɐ̯ d ə n", "fifa": "f ˈiː f aː", "uefa": "uː ˈeː f aː",
    "dax": "d ˈa k s", "cafe": "k a f ˈeː", "windows": "v ˈɪ n d oː s", "python": "p ˈaɪ s ə n",
    "wikipedia": "v ɪ k iː p ˈeː d iː aː", "wiki": "v ˈɪ k iː", "gegebenenfalls": "ɡ ə ɡ ˈeː b ə n ə n f ˌa l s",
    "bindestrich": "b ˈɪ n d ə ʃ t ʁ ɪ ç", "schrägstrich": "ʃ ʁ ˈɛː k ʃ t ʁ ɪ ç",
}  # fmt: skip

# Sounds that the lexicon has wrong wherever these letters are in a word: letters, wrong, right.
MISREAD = (
    ("über", "ʏ b ɐ", "yː b ɐ"), ("europ", "ɔʏ oː p", "ɔʏ ʁ oː p"), ("europ", "ɔʏ ˈoː p", "ɔʏ ʁ ˈoː p"),
    ("europ", "ɔʏ ˌoː p", "ɔʏ ʁ ˌoː p"), ("hört", "œ ɐ̯ t", "øː ɐ̯ t"), ("hörst", "œ ɐ̯ s t", "øː ɐ̯ s t"),
    ("klärt", "ɛ ɐ̯ t", "ɛː ɐ̯ t"), ("fährt", "ɛ ɐ̯ t", "ɛː ɐ̯ t"), ("österreich", "œ s t ɐ ʁ", "øː s t ə ʁ"),
    ("erin", "eː ʁ ˌɪ n", "ə ʁ ɪ n"), ("prozentig", "t͡s ə n t ˌɪ", "t͡s ɛ n t ɪ"),
    ("nfalls", "ˌɛ n f a l s", "ə n f a l s"),
    ("milliard", "ɪ l iː ˌa ɐ̯", "ɪ l j a ɐ̯"),
)  # fmt: skip

# Parts of three letters that compounds are made of; others of that length are mostly endings and abbreviations.
SHORT_PARTS = frozenset(
    "ein elf aus auf vor mit bei hin her weg los tag tür see rad tee tor bad eis uhr bau zug amt not alt neu rot hof "
    "hut ton typ arm bus gas ski box lok ort rat ruf tal tod mut kuh fuß bar bär hai hof kap kur mai mal max "
    "nah ohr opa oma ost rum süd sex tat ufo vom zum und wut zoo alm ehe erz fee "
    "heu huf kot lid pol reh sau tau uni art ass gut".split()
)
# Longer entries of the lexicon that are no words.
NO_PARTS = frozenset("sten ster stes stem schi ties king ting sing chen lein mand tion sche schen".split())
# Endings of words and their sounds; those that begin with a vowel do not follow a consonant that ends a word hard.
SUFFIXES = {
    "ste": "s t ə", "sten": "s t ə n", "ster": "s t ɐ", "stes": "s t ə s", "stem": "s t ə m", "te": "t ə",
    "ten": "t ə n", "ter": "t ɐ", "tes": "t ə s", "tem": "t ə m", "schaft": "ʃ a f t", "schaften": "ʃ a f t ə n",
    "heit": "h aɪ t", "heiten": "h aɪ t ə n", "keit": "k aɪ t", "keiten": "k aɪ t ə n", "lich": "l ɪ ç",
    "liche": "l ɪ ç ə", "lichen": "l ɪ ç ə n", "licher": "l ɪ ç ɐ", "liches": "l ɪ ç ə s", "los": "l oː s",
    "lose": "l oː z ə", "losen": "l oː z ə n", "chen": "ç ə n", "e": "ə", "en": "ə n", "er": "ɐ", "es": "ə s",
    "em": "ə m", "s": "s", "n": "n", "in": "ɪ n", "innen": "ɪ n ə n", "ung": "ʊ ŋ", "ungen": "ʊ ŋ ə n",
    "t": "t", "st": "s t", "isch": "ɪ ʃ", "ische": "ɪ ʃ ə", "ischen": "ɪ ʃ ə n", "mal": "m aː l",
}  # fmt: skip
