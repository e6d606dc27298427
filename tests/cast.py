"""The settled cast: the same people and places in every story."""

WANJIKU = "+254711000001"  # a farmer at Githunguri
OTIENO = "+254722000002"  # a trader at Nakuru
NJERI = "+254733000003"  # secretary of the group KIRIMA
KAMAU = "+254711000004"  # a member of KIRIMA
ACHIENG = "+254722000005"  # a second trader at Nakuru
MUTISO = "+254733000006"  # a third one, at Molo
NAKATO = "+256772000007"  # a farmer in Uganda

# What seals the numbers of every story.
NUMBER_KEY = "a key of the tests, which nobody else has"
