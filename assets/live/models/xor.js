DL.models["xor"] = {"about": {"alt": "The four corners of a square and the net's answer around them: a band across the square where it is near 0 holds two opposite corners; beyond the band it is near 1.", "names": ["0", "1"]},
"layers": [
{"name": "0", "settings": {}, "type": "Linear", "weights": {"bias": {"half": "4sLFwQ==", "shape": [2]}, "weight": {"half": "FkYhxm/FLEU=", "shape": [2, 2]}}},
{"name": "1", "settings": {}, "type": "Sigmoid", "weights": {}},
{"name": "2", "settings": {}, "type": "Linear", "weights": {"bias": {"half": "J8Q=", "shape": [1]}, "weight": {"half": "KEhCSA==", "shape": [1, 2]}}},
{"name": "3", "settings": {}, "type": "Sigmoid", "weights": {}}
]};
