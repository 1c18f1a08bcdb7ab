"""The English words that abbreviations, units and capitals stand for."""

# Titles: spoken the same wherever they stand.
TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Messrs": "Messieurs", "Mme": "Madame", "Prof": "Professor",
    "Drs": "Doctors", "Rev": "Reverend", "Hon": "Honorable", "Capt": "Captain", "Cmdr": "Commander", "Col": "Colonel",
    "Gen": "General", "Gov": "Governor", "Lt": "Lieutenant", "Maj": "Major", "Sgt": "Sergeant", "Sen": "Senator",
    "Rep": "Representative", "Pres": "President", "Supt": "Superintendent", "Adm": "Admiral", "Cpl": "Corporal",
    "Pvt": "Private", "Insp": "Inspector", "Det": "Detective", "Mt": "Mount", "Ft": "Fort",
}  # fmt: skip

# Titles that are also written without a period.
BARE_TITLES = ("Mr", "Mrs", "Ms", "Dr", "Drs", "Prof", "St", "Mt", "Lt", "Sgt", "Capt")

STREETS = {
    "St": "Street", "Dr": "Drive", "Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Ln": "Lane", "Hwy": "Highway",
    "Sq": "Square", "Pl": "Place", "Ct": "Court",
}  # fmt: skip

# Abbreviations with their periods, in any case; those that may end a sentence keep its period there.
ABBREVIATIONS = {
    "e.g.": "for example", "i.e.": "that is", "e. g.": "for example", "i. e.": "that is",
    "etc.": "et cetera", "vs.": "versus", "ctrl": "control", "approx.": "approximately", "approx": "approximately",
    "a.k.a.": "also known as", "et al.": "and others", "jr.": "Junior", "sr.": "Senior", "inc.": "Incorporated",
    "ltd.": "Limited", "corp.": "Corporation", "bros.": "Brothers", "co.": "Company", "dept.": "Department",
    "ave.": "Avenue", "blvd.": "Boulevard", "assn.": "Association", "univ.": "University", "govt.": "government",
    "tel.": "telephone", "est.": "established", "misc.": "miscellaneous", "esq.": "Esquire",
    "min.": "minimum", "max.": "maximum", "avg.": "average", "ph.d.": "P H D", "viz.": "namely", "cf.": "compare",
    "c/o": "care of", "w/o": "without", "w/": "with", "and/or": "and or", "he/she": "he or she",
    "n/a": "not applicable", "his/her": "his or her", "s/he": "she or he", "a/c": "A C",
    "jan.": "January", "feb.": "February", "apr.": "April", "aug.": "August", "sept.": "September", "oct.": "October",
    "nov.": "November", "dec.": "December", "tues.": "Tuesday", "thurs.": "Thursday", "fri.": "Friday",
    "mss.": "manuscripts", "ll.d.": "L L D", "phd": "P H D", "m.sc.": "M S C", "b.sc.": "B S C", "b/c": "because",
}  # fmt: skip

# Abbreviations that stand for these words only before a number.
NUMBERED = {
    "no": "number", "nos": "numbers", "p": "page", "pp": "pages", "vol": "volume", "vols": "volumes", "fig": "figure",
    "figs": "figures", "ch": "chapter", "chap": "chapter", "sec": "section", "art": "article", "ep": "episode",
    "apt": "apartment", "ca": "circa", "c": "circa", "rte": "route", "ext": "extension", "ver": "version",
    "v": "version", "op": "opus", "cap": "chapter",
}  # fmt: skip

# Those of them that are no words of their own: they may also stand before a number in words or in Roman numerals.
NUMBERED_IN_WORDS = ("pp", "vol", "vols", "fig", "figs", "ch", "chap", "cap", "ver")

# Words that begin a sentence far more often than they follow an abbreviation inside one.
STARTERS = (
    "He|She|It|They|We|You|I|And|But|The|A|An|This|That|These|Those|There|Then|So|If|When|Where|What|Who|Why|How|"
    "In|On|At|After|Before|As|For|From|His|Her|My|Our|Their|Your|Its|No|Yes|Not|Or|To|With|All|Now|Here|Let|Do|Did|Is|"
    "Are|Was|Were|Please|Well|Oh|Look|Listen|Come|Go"
)

# Units: singular and plural. Case matters (mW, MW).
UNITS = {
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "µm": ("micrometer", "micrometers"), "nm": ("nanometer", "nanometers"),
    "mi": ("mile", "miles"), "ft": ("foot", "feet"), "yd": ("yard", "yards"), "yds": ("yard", "yards"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
    "µg": ("microgram", "micrograms"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    "l": ("liter", "liters"), "L": ("liter", "liters"), "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"), "cl": ("centiliter", "centiliters"), "dl": ("deciliter", "deciliters"),
    "gal": ("gallon", "gallons"), "ha": ("hectare", "hectares"),
    "s": ("second", "seconds"), "sec": ("second", "seconds"), "secs": ("second", "seconds"),
    "ms": ("millisecond", "milliseconds"), "µs": ("microsecond", "microseconds"), "ns": ("nanosecond", "nanoseconds"),
    "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "h": ("hour", "hours"), "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"), "yr": ("year", "years"), "yrs": ("year", "years"),
    "mph": ("mile per hour", "miles per hour"), "kph": ("kilometer per hour", "kilometers per hour"),
    "kmh": ("kilometer per hour", "kilometers per hour"), "mpg": ("mile per gallon", "miles per gallon"),
    "rpm": ("revolution per minute", "revolutions per minute"), "fps": ("frame per second", "frames per second"),
    "bpm": ("beat per minute", "beats per minute"), "dpi": ("dot per inch", "dots per inch"),
    "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"), "THz": ("terahertz", "terahertz"),
    "kB": ("kilobyte", "kilobytes"), "KB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"), "PB": ("petabyte", "petabytes"),
    "kbps": ("kilobit per second", "kilobits per second"), "kbit/s": ("kilobit per second", "kilobits per second"),
    "Mbps": ("megabit per second", "megabits per second"), "Mbit/s": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "V": ("volt", "volts"), "kV": ("kilovolt", "kilovolts"), "mV": ("millivolt", "millivolts"),
    "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"), "mW": ("milliwatt", "milliwatts"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "mAh": ("milliamp hour", "milliamp hours"), "mA": ("milliamp", "milliamps"), "Ω": ("ohm", "ohms"),
    "kΩ": ("kilohm", "kilohms"), "kJ": ("kilojoule", "kilojoules"),
    "cal": ("calorie", "calories"), "kcal": ("kilocalorie", "kilocalories"),
    "Pa": ("pascal", "pascals"), "hPa": ("hectopascal", "hectopascals"), "kPa": ("kilopascal", "kilopascals"),
    "psi": ("pound per square inch", "pounds per square inch"), "dB": ("decibel", "decibels"),
    "hp": ("horsepower", "horsepower"), "px": ("pixel", "pixels"),
    "MP": ("megapixel", "megapixels"), "sq ft": ("square foot", "square feet"),
    "tsp": ("teaspoon", "teaspoons"), "tbsp": ("tablespoon", "tablespoons"),
    "sq mi": ("square mile", "square miles"), "sq m": ("square meter", "square meters"),
    "fl oz": ("fluid ounce", "fluid ounces"),
}  # fmt: skip

# Units whose abbreviation may have a period of its own.
UNITS_WITH_PERIOD = frozenset("oz lb lbs ft mi yd yds hr hrs sec secs min mins gal tsp tbsp yr yrs".split())

# Nouns before which a measure is an adjective: a 35mm camera, 35mm film.
UNITS_AS_ADJECTIVES = (
    "film|lens|lenses|camera|cameras|gun|guns|cannon|cannons|round|rounds|bullet|bullets|bulb|bulbs|battery|batteries|"
    "screen|screens|monitor|drive|drives|engine|engines|pistol|shell|shells|projector|jack|cable|cables|print"
)

# What a rate may be per, beside the units.
RATES = {
    "day": "day", "week": "week", "wk": "week", "month": "month", "mo": "month", "year": "year", "yr": "year",
    "hour": "hour", "hr": "hour", "h": "hour", "minute": "minute", "min": "minute", "second": "second", "sec": "second",
    "s": "second", "night": "night", "person": "person", "mile": "mile", "gallon": "gallon", "kg": "kilogram",
    "lb": "pound", "unit": "unit", "kWh": "kilowatt hour",
}  # fmt: skip

# Rates that stand without a number.
SPEEDS = {
    "km/h": "kilometers per hour", "km/s": "kilometers per second", "m/s": "meters per second",
    "mi/h": "miles per hour", "MB/s": "megabytes per second", "GB/s": "gigabytes per second",
    "Mbit/s": "megabits per second",
}  # fmt: skip

# Measures that are written out, of which one says half a ..., a quarter of a ...
HALVED = {"cup": ("cup", "cups"), "cups": ("cup", "cups"), "hour": ("hour", "hours")}

# Initialisms: letters said one by one although they could be read as words.
INITIALISMS = frozenset(
    "FBI CIA USA UK EU UN UV TV USSR SAC SIM AI PC CD DVD ATM ID IQ PR HR CEO CFO CTO NYU UCLA USB URL API GPU "
    "CPU GPS PM AD BC CE DIY EMT ETA FAQ IOU IRA IRS ISP LA MIA MVP NBA NFL NHL POV PTA SOS SUV TBA UFO VIP VPN "
    "WDSU MVD NSA DNA RNA HIV IBM BMW ABC NBC CBS BBC CNN HBO ESPN ICU EPA ACLU NAACP AFC UAE ROI HD OJ EKG MI IV "
    "EV USD VHS BA MA IUD AC DC OD ER ICBM NRA YMCA IPO ADHD UHD EDM EP DUI APR USAF UPS DEA ATF EDT EST MIT "
    "PHD".split()
)

# Capitals that are a word in themselves unless one of these endings precedes them ("" always does).
AMBIGUOUS = {"IT": ("the ", " an ", " in ", "our "), "US": ("",), "LED": ("an ", "the "), "WHO": ("the ",)}
# The same where the whole line is in capitals.
AMBIGUOUS_SHOUTED = {"US": ("the ",)}

# Acronyms: said as words although short or oddly spelled.
ACRONYMS = frozenset(
    "NASA NATO LASER RADAR SCUBA SONAR UNESCO UNICEF OPEC AIDS COVID SWAT PIN RAM ROM GIF JPEG NASDAQ NAFTA FEMA "
    "NORAD OSHA SALT TASER VIN YOLO LOL FOMO ASAP OPSEC POTUS SCOTUS FLOTUS PETA MENSA NIMBY DARPA CERN BAFTA "
    "EGOT NOAA INTERPOL CAPTCHA JSON ASCII AWOL IMAX MIDI YAML".split()
)

# Short words that are written in capitals for emphasis.
SHORT_WORDS = frozenset(
    "AH AM AN AS AT BE BY DO GO HA HE HI HO IF IN IS ME MY NO OF OH ON OR SO TO UP WE YE YO UH UM OW HM MM ACE "
    "ACT ADD AGE AGO AID AIM AIR ALE ALL AND ANT ANY APE ARC ARE ARM ART ASH ASK ATE AWE AXE BAD BAG BAN BAR BAT "
    "BED BEE BEG BET BIG BIN BIT BOB BOX BOY BUG BUS BUT BUY BYE CAB CAN CAP CAR CAT COP COW CRY CUP CUT DAD DAM "
    "DAY DEN DID DIE DIG DIM DOG DOT DRY DUE EAR EAT EGG EGO ELF END ERA EVE EYE FAN FAR FAT FED FEE FEW FIG FIT "
    "FIX FLY FOE FOG FOR FOX FUN FUR GAP GAS GET GOD GOT GUM GUN GUT GUY HAD HAM HAS HAT HAY HEN HER HEY HID HIM "
    "HIP HIS HIT HOP HOT HOW HUG HUH HUT ICE ILL INK INN ITS JAM JAR JAW JET JOB JOY KEY KID KIT LAB LAD LAP LAW "
    "LAY LED LEG LET LID LIE LIP LIT LOG LOT LOW MAD MAN MAP MAT MAY MEN MET MIX MOB MOM MUD MUM NAP NET NEW NOD "
    "NOR NOT NOW NUN NUT OAK ODD OFF OIL OLD ONE OUR OUT OWE OWN PAL PAN PAT PAY PEN PET PIE PIG PIT POP POT PUB "
    "PUT RAN RAT RAW RAY RED RIB RID RIG RIP ROB ROD ROT ROW RUB RUG RUN SAD SAT SAW SAY SEA SEE SET SEW SEX SHE "
    "SHY SIN SIP SIR SIT SIX SKI SKY SON SPY SUM SUN TAG TAN TAP TAX TEA TEN THE TIE TIN TIP TOE TON TOO TOP TOW "
    "TOY TRY TWO USE VAN VET WAR WAS WAX WAY WEB WET WHO WHY WIG WIN WIT WON YES YET YOU ZIP ZOO UGH AWW OOH AHH "
    "SHH HMM WOW YAY YEP NOPE".split()
)

# How English syllables may begin and end; capitals that do otherwise are said letter by letter.
ONSETS = frozenset(
    "BL BR CH CL CR DR DW FL FR GH GL GN GR KN KR PH PL PR PS QU RH SC SCH SCR SH SHR SK SL SM SN SP SPH SPL SPR "
    "SQ SQU ST STR SW TH THR THW TR TW WH WR KL".split()
)
LONG_CODAS = frozenset(
    "CKS DTH FTS FTH GHS GHT GHTS LDS LFS LKS LLS LMS LPS LPT LTH LTS LVS MPS MPT MPTS NCH NCT NDS NGS NGTH NGTHS "
    "NKS NTH NTHS NTS PTS RCH RDS RKS RLD RLDS RLS RMS RMTH RNS RPS RSE RST RSTS RTH RTHS RTS SHT SKS SPS SSM STS "
    "TCH THS WLS WNS XTH LFTH RNT".split()
)

# Rulers, popes and saints: a Roman numeral after one of these names is a rank.
RULERS = frozenset(
    "Henry Louis Charles George Edward Richard James William Elizabeth Mary Paul Pius Benedict Leo Gregory "
    "Napoleon Nicholas Alexander Catherine Peter Ivan Frederick Philip Ferdinand Francis Urban Innocent Clement "
    "John Otto Wilhelm Ramses Ramesses Darius Xerxes Ptolemy Robert David Carl Gustav Christian Felipe Carlos "
    "Alfonso Stephen Constantine Justinian Boniface Sixtus Julius Baldwin Margaret Anne Isabella Joseph Leopold "
    "Albert Umberto Olaf Harald Haakon Edmund Franz Friedrich Cleopatra Tutankhamun Amenhotep Thutmose Artaxerxes "
    "Selim Mehmed Murad Suleiman".split()
)

# Nouns after which a Roman numeral is a plain number.
COUNTED = (
    "War|Chapter|Part|Act|Scene|Volume|Book|Section|Article|Phase|Type|Class|Bowl|Episode|Appendix|Title|Level|Stage|"
    "Grade|Round|Schedule|Figure|Table|Vatican|Fantasy|Rocky|Rambo|Canto|Division|Category|Mark|Unit|Group|Region|Psalm"
)

SCALES = {
    "hundred": "hundred", "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion",
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "mm": "million", "bn": "billion",
    "b": "billion", "B": "billion", "tn": "trillion", "T": "trillion",
}  # fmt: skip

# Nouns whose number is a name: Flight 370, three seventy.
LABELLED = (
    "[Ff]light|[Rr]oom|[Rr]oute|[Uu]nit|Boeing|Airbus|[Hh]ighway|[Ii]nterstate|[Ss]uite|Channel|Bus|Gate|Locker|Form|"
    "Studio|Squadron|Train|[Ee]rror|[Aa]partment|Model|Section|Cell|Ward|Hwy"
)

# Numbers to call.
HOTLINES = ("911", "988", "411", "311", "211", "511", "711", "811", "999", "112")

# Currencies: singular, plural, and their hundredths.
MONEY = {
    "$": ("dollar", "dollars", "cent", "cents"), "US$": ("U S dollar", "U S dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"), "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "sen", "sen"), "₹": ("rupee", "rupees", "paisa", "paise"),
    "USD": ("U S dollar", "U S dollars", "cent", "cents"), "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
}  # fmt: skip

# Words after which four digits are a year, and words before or after which they count something.
YEAR_CUES = frozenset(
    "in since by until till before after during around circa year years to from early late mid summer spring "
    "autumn fall winter january february march april may june july august september october november december of "
    "ad and class copyright christmas easter".split()
)
COUNTED_AFTER = frozenset(
    "people men women children feet percent more of million other different degrees police sheep troops".split()
)
NOT_PLURAL = frozenset("was is has as his this its us yes thus always perhaps across plus versus less unless".split())

DOMAINS = "com|org|net|edu|gov|io|co|uk|tv|de|fr|eu|info|app|dev|me|us|ca"
SPELLED_DOMAINS = frozenset({"uk", "io", "tv", "de", "fr", "eu", "us", "ca", "www"})

# Names of files: their endings and what is said of them; None is said by its letters.
EXTENSIONS: dict[str, str | None] = {
    **dict.fromkeys(
        "py js ts tsx jsx css html htm pdf docx xls xlsx ppt pptx csv txt png jpg svg webp mp3 mp4 m4a wav flac ogg "
        "avi mov mkv webm exe dll rar gz bz2 xml yml md rst cpp hpp sh cfg ini sql db srt vtt psd iso apk dmg php "
        "ipynb toml rtf epub tiff bmp ass".split()
    ),
    "json": "JSON", "jpeg": "JPEG", "gif": "GIF", "yaml": "YAML", "tar": "tar", "zip": "zip", "log": "log",
    "doc": "doc", "bat": "bat", "jar": "jar",
}  # fmt: skip

# Names after which 3.11 is two numbers, not a decimal.
VERSIONED = (
    "version", "Version", "release", "Release", "Python", "Java", "Ubuntu", "Debian", "Fedora", "Android", "iOS",
    "iPadOS", "macOS", "watchOS", "Windows", "Linux", "kernel", "Node", "Django", "Rails", "Ruby", "PHP", "Perl",
    "Kotlin", "Chrome", "Firefox", "Safari", "PostgreSQL", "Postgres", "MySQL", "PyTorch",
    "TensorFlow", "CUDA", "Blender", "Unreal", "OpenGL", "WordPress", "Kubernetes", "Docker", "NumPy",
)  # fmt: skip

WEEKDAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Thur": "Thursday",
    "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip

# Numbers that have a reading of their own.
FIXED = {
    "24/7": "twenty four seven", "9/11": "nine eleven", "50/50": "fifty fifty", "50-50": "fifty fifty",
    "7/11": "seven eleven", "20/20": "twenty twenty", "007": "double oh seven",
    "365/24/7": "three sixty five twenty four seven", "4x4": "four by four",
    "4WD": "four wheel drive",
}  # fmt: skip

# Elisions that begin with an apostrophe which is no quotation mark.
ELISIONS = "em|cause|tis|twas|til|till|bout|round|cuz|cos|n|kay|ere|nuff|fraid"
