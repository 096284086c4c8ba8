"""Names for seeded people and rooms. Data only."""

_FIRST = (
    "Ada Amir Ana Anders Aisha Ben Bianca Bruno Carla Chen Clara Daniel Dora Elif Emil Emma Erik Fatima Felix Grace "
    "Hana Hugo Ida Igor Ines Ivan Jana Jonas Julia Kai Karin Lars Lea Leo Lina Lucas Mara Marc Maria Mei Mila Milan "
    "Nadia Nina Noah Nora Olga Omar Oscar Paul Petra Priya Rafael Rita Rosa Samir Sara Simon Sofia Tara Theo Tomas "
    "Vera Yusuf Zoe"
)
_LAST = (
    "Adler Ahmed Alves Baker Barros Becker Berg Bianchi Brandt Castro Chen Cohen Costa Dahl Diaz Dubois Ek Evans "
    "Fischer Fontana Garcia Haas Hansen Hoffmann Huang Ito Jansen Jensen Kaya Keller Khan Kim Klein Kovacs Kowalski "
    "Larsen Lee Lind Lopez Maier Martin Meyer Moreau Murphy Nagy Nakamura Novak Okafor Olsen Patel Peters Popov "
    "Ricci Rossi Santos Sato Schmidt Silva Singh Smit Svensson Tanaka Vogel Weber Wolf Young Yilmaz"
)

FIRST = tuple(_FIRST.split())
LAST = tuple(_LAST.split())

JOBS = (
    ("Recruiter", "Human Resources"),
    ("Engineer", "Engineering"),
    ("Engineering Manager", "Engineering"),
    ("Designer", "Product"),
    ("Product Manager", "Product"),
    ("Account Executive", "Sales"),
    ("Controller", "Finance"),
    ("Support Specialist", "Customer Support"),
)

BUILDINGS = ("Headquarters", "North", "South", "East", "West", "Harbour", "Station", "Campus")

ROOM_CAPACITIES = (2, 4, 4, 6, 8, 8, 10, 12, 16, 24)
