"""Headings of the columns of answers: French words for the variables of the questions."""

from .negotiation import Language

#: Words for variables, `Label` taken off; a variable of somebody's own query is shown as it is written.
FRENCH_HEADINGS = {
    "acronym": "sigle", "activities": "activités", "activity": "activité", "actor": "acteur",
    "asked": "demandé", "authority": "collectivité", "basis": "fondement", "between": "entre",
    "branch": "antenne", "campus": "campus", "campusLabels": "campus", "campuses": "campus",
    "capacity": "capacité", "chain": "filière", "citations": "citations",
    "citingSource": "source qui cite", "class": "classe", "className": "nom de la classe", "code": "code",
    "codes": "codes", "commune": "commune", "communes": "communes",
    "communesWithPopulation": "communes dont la population est connue", "company": "entreprise",
    "confidence": "confiance", "container": "territoire qui contient", "contributions": "contributions",
    "correspondence": "correspondance", "count": "nombre", "counted": "comptés",
    "dataset": "jeu de données", "date": "date", "density": "densité", "department": "département",
    "descriptions": "descriptions", "difference": "écart", "dueYear": "échéance", "edition": "édition",
    "end": "fin", "epci": "intercommunalité", "establishments": "établissements", "event": "événement",
    "evidence": "preuve", "family": "famille", "field": "domaine", "fields": "domaines",
    "first": "premier", "firstYear": "première année", "fr": "en français", "function": "fonction",
    "graph": "graphe", "hasSite": "a un site", "headcount": "effectif", "homepage": "page d’accueil",
    "indicator": "indicateur", "insee": "code Insee", "institution": "établissement",
    "interaction": "interaction", "interactions": "interactions", "issuer": "émetteur", "jobs": "emplois",
    "kind": "nature", "label": "nom", "labels": "noms", "larger": "établissement plus grand",
    "last": "dernier", "lastPeriod": "dernière période", "lastValue": "dernière valeur",
    "lastYear": "dernière année", "latitude": "latitude", "level": "niveau", "licence": "licence",
    "link": "maillon", "links": "liens", "loaded": "chargé", "local": "locaux",
    "localUnits": "unités locales", "locationEvidence": "preuve du lieu", "longitude": "longitude",
    "loose": "correspondance large", "match": "rapprochement", "matches": "rapprochements",
    "member": "membre", "members": "membres", "membersOfUnknownStage": "membres d’étape inconnue",
    "missing": "manquants", "mode": "modalité", "n": "nombre", "name": "nom", "names": "noms",
    "near": "proche", "newActivity": "nouvelle activité", "newCode": "nouveau code", "node": "nœud",
    "number": "numéro", "objective": "objectif", "observation": "observation",
    "observations": "observations", "observed": "observé", "occupation": "métier", "offer": "offre",
    "operator": "opérateur", "organization": "organisation", "organizations": "organisations",
    "other": "autre", "outcome": "issue", "own": "en propre", "p": "propriété", "part": "partie",
    "participants": "participants", "participations": "participations", "partner": "partenaire",
    "partners": "partenaires", "people": "personnes", "period": "période", "place": "lieu",
    "placeEvidence": "preuve du lieu", "places": "lieux", "platform": "plateforme", "pool": "bassin",
    "population": "population", "programme": "formation", "programmes": "formations", "project": "projet",
    "property": "propriété", "published": "publié", "publisher": "éditeur", "reason": "motif",
    "records": "enregistrements", "region": "région", "relation": "relation", "relay": "relais",
    "request": "demande", "requests": "demandes", "resources": "ressources", "revision": "révision",
    "role": "rôle", "roles": "rôles", "rule": "règle", "s": "sujet", "scenario": "scénario",
    "scheme": "dispositif", "score": "score", "seat": "siège", "second": "second", "sector": "secteur",
    "sectors": "secteurs", "served": "desservis", "services": "services", "share": "part",
    "simulated": "simulé", "since": "depuis", "siren": "SIREN", "site": "site", "sites": "sites",
    "source": "source", "sources": "sources", "stage": "étape", "stages": "étapes", "start": "début",
    "started": "commencé", "status": "statut", "strategy": "stratégie", "students": "étudiants",
    "subject": "objet", "successor": "successeur", "sumOfCommunes": "somme des communes",
    "supervisor": "tutelle", "supervisorLabels": "tutelles", "supervisors": "tutelles",
    "suppressed": "sous secret", "target": "cible", "teachingSites": "sites d’enseignement",
    "territory": "territoire", "tie": "lien", "tiedProjects": "projets liés", "title": "titre",
    "town": "commune", "triples": "énoncés", "type": "type", "typeOrClass": "type ou classe",
    "types": "types", "u": "unité", "unit": "unité", "units": "unités",
    "unitsOfInstitution": "unités de l’établissement", "unitsOfTerritory": "unités du territoire",
    "uses": "emplois", "value": "valeur", "values": "valeurs", "vintage": "millésime", "weight": "poids",
    "why": "pourquoi", "within": "dans", "year": "année", "zeros": "zéros", "zone": "zone",
    "district": "arrondissement municipal", "item": "élément", "known": "filière connue", "measure": "mesure",
    "overlapping": "territoire qui recoupe", "unitCode": "unité",
    "definition": "définition", "method": "méthode", "frequency": "fréquence", "run": "exécution",
}  # fmt: skip


def heading(name: str, language: Language = "fr") -> str:
    """Give the words for a column: in French where they are known, else the words of the variable.

    >>> heading("departmentLabel"), heading("departmentLabel", "en"), heading("sumOfCommunes", "en")
    ('département', 'department', 'sum of communes')
    """
    name = name.removesuffix("Label")
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return FRENCH_HEADINGS.get(name, words) if language == "fr" else words
