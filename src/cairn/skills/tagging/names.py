"""Everyday names of skills that the frameworks do not list as labels: what course titles and notices say.

A table of facts, kept by hand: phrase to the name of the skill in ESCO or O*NET. Add a row where tags are missed; a phrase must mean
nothing else in a course catalogue. It was written from course titles in general and the development half of the labelled set.
"""

from __future__ import annotations

COMMON_NAMES: dict[str, str] = {
    # Transport
    "CDL": "manoeuvre heavy trucks", "commercial driver's license": "manoeuvre heavy trucks", "tractor trailer": "manoeuvre heavy trucks",
    "truck driving": "manoeuvre heavy trucks", "straight truck": "manoeuvre heavy trucks", "bus driving": "manoeuvre bus",
    "bus driver": "manoeuvre bus", "school bus": "manoeuvre bus", "operate a motor vehicle": "drive vehicles",
    "forklift": "operate forklift",
    # Health
    "medical billing": "Medical billing software", "insurance billing": "Medical billing software", "medical coding": "clinical coding",
    "medical coder": "clinical coding", "billing and coding": "clinical coding", "billing & coding": "clinical coding",
    "ICD-10": "clinical coding", "CPT coding": "clinical coding", "medical transcription": "transcribe medical data",
    "medical records management": "health records management", "electronic health records": "Electronic health record EHR software",
    "electronic health record": "Electronic health record EHR software", "EHR": "Electronic health record EHR software",
    "phlebotomy": "perform venepuncture procedures", "phlebotomist": "perform venepuncture procedures",
    "venipuncture": "perform venepuncture procedures", "AED": "defibrillation", "defibrillator": "defibrillation",
    "CPR": "resuscitation", "anatomy and physiology": "human anatomy", "anatomy & physiology": "human anatomy",
    "human anatomy and physiology": "human physiology", 
    "home health aide": "provide domestic care", "home health": "provide domestic care", "home care": "provide domestic care",
    "CHHA": "provide domestic care", "dental assistant": "assist the dentist during the dental treatment procedure",
    "dental assisting": "assist the dentist during the dental treatment procedure", "child care": "supervise children",
    "early childhood education": "supervise children", "pharmacy technician": "pharmaceutical products",
    "massage therapy": "apply massage therapy", "sonography": "perform ultrasound", "culinary arts": "use cooking techniques",
    "mental health": "promote mental health",
    # Office and business
    "MS Office": "use microsoft office", "Microsoft Office": "use microsoft office", "MS Excel": "Microsoft Excel", "MS Word": "Microsoft Word",
    "MS Access": "Microsoft Access", "MS Project": "Microsoft Project", "financial literacy": "financial capability",
    "mentoring": "mentor individuals", "office administrator": "office administration", "administrative assistant": "office administration",
    "executive assistant": "office administration", "job search": "provide assistance with job search",
    "job coaching": "provide assistance with job search", "shipping and receiving": "receive goods",
    "warehousing": "warehouse operations", "customer experience": "manage the customer experience",
    "business strategy": "business strategy concepts", "business strategies": "business strategy concepts",
    "strategic change": "apply change management", "leading change": "apply change management", "change management": "apply change management",
    "business analytics": "data analytics", "analytics strategy": "data analytics", "leadership": "lead others", "innovation": "think innovately",
    "digital learning": "e-learning", "bookkeeping": "Bookkeeping software", 
    "human resource management": "manage human resources", "human resources management": "manage human resources",
    "supply chain": "supply chain management", "finance": "financial management",
    # Technology
    "AWS": "Amazon Web Services AWS software", "cloud computing": "cloud technologies", "web design": "web programming",
    "web page design": "web programming", "web development": "web programming", "web applications": "web programming",
    "front end": "implement front-end website design", "front-end": "implement front-end website design",
    "responsive web design": "maintain responsive design", "HTML5": "Hypertext markup language HTML", "HTML": "Hypertext markup language HTML",
    "XML": "Extensible markup language XML", "C Sharp": "C#", "IoT": "Internet of Things", "data structures": "information structure",
    "software development": "computer programming", "software construction": "computer programming", "programming": "computer programming",
    "computer literacy": "have computer literacy", "digitally literate": "have computer literacy", "computer networking": "design computer network",
    "network infrastructure": "ICT infrastructure", "network support": "implement ICT network diagnostic tools",
    "network security": "ICT network security risks", "cybersecurity": "cyber security", "information security": "cyber security",
    "CompTIA Security+": "cyber security", "Security+": "cyber security", "threat analysis": "assessment of risks and threats",
    "Network+": "design computer network", "CCNA": "Cisco", "systems administrator": "administer ICT system",
    "system administration": "administer ICT system", "databases": "database", "database admin": "manage database",
    "VM": "manage ICT virtualisation environments", "VMs": "manage ICT virtualisation environments", "Azure": "Microsoft Azure software",
    "virtual machines": "manage ICT virtualisation environments", "virtualization": "manage ICT virtualisation environments",
    "AI": "principles of artificial intelligence", "artificial intelligence": "principles of artificial intelligence",
    "data visualization": "deliver visual presentation of data", "calculus": "mathematics",
    # Trades
    "HVAC": "heating, ventilation, air conditioning and refrigeration parts", "HVACR": "heating, ventilation, air conditioning and refrigeration parts",
    "heat pumps": "types of heat pumps", "heating systems": "domestic heating systems", "welding": "welding techniques",
    "automotive upholstery": "upholster transport equipment's interior pieces", "upholstery": "provide customized upholstery",
    "CNC": "program a CNC controller", "Computer Numeric Controlled": "program a CNC controller",
    "computer numerical control": "program a CNC controller", "blueprint reading": "read standard blueprints",
    "plumbing": "install plumbing systems", "residential wiring": "electrical wiring plans", "fluid power": "hydraulics",
    "PLC": "Programmable logic controller PLC software", "hazmat": "hazardous materials transportation",
    "auto repair": "execute vehicle maintenance", "automotive technology": "automotive engineering", "appliance repair": "electrical household appliances products",
    # Languages and general education
    "ESL": "English", "English as a Second Language": "English", 
    "deadly force": "legal use-of-force", "use of force": "legal use-of-force", "defensive tactics": "apply self-defence",
    "embrace change": "adapt to change", "quantum computing": "quantum mechanics",
    "quantum information": "quantum mechanics", "magnetism": "electromagnetism",
}  # fmt: skip
