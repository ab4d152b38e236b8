"""Headings of the columns of answers: French words for the variables of the questions."""

from ...words import gettext
from ..web.negotiation import Language

#: Words for variables, `Label` taken off; a variable of somebody's own query is shown as it is written.
FRENCH_HEADINGS = {
    "about": "objet", "academic": "acteur académique", "acronym": "sigle", "activities": "activités",
    "activity": "activité", "actor": "acteur", "actors": "acteurs", "after": "après",
    "announcement": "annonce", "asked": "demandé", "assumption": "hypothèse", "authority": "collectivité",
    "baseline": "référence", "basis": "fondement", "before": "avant", "between": "entre",
    "branch": "antenne", "campus": "campus", "campuses": "campus", "campusLabels": "campus",
    "capacity": "capacité", "cells": "cases", "chain": "filière", "citation": "référence citée",
    "citations": "citations", "citingSource": "source qui cite", "class": "classe",
    "className": "nom de la classe", "code": "code", "codes": "codes", "commune": "commune",
    "communes": "communes", "communesWithPopulation": "communes dont la population est connue",
    "companies": "entreprises", "company": "entreprise", "component": "maillon", "concept": "concept",
    "confidence": "confiance", "container": "territoire qui contient", "contributions": "contributions",
    "correspondence": "correspondance", "count": "nombre", "counted": "comptés", "country": "pays",
    "created": "date de création", "dataset": "jeu de données", "date": "date", "definition": "définition",
    "density": "densité", "department": "département", "descriptions": "descriptions",
    "difference": "écart", "difficultPlans": "projets jugés difficiles",
    "district": "arrondissement municipal", "due": "échéance", "dueYear": "échéance", "edition": "édition",
    "end": "fin", "english": "en anglais", "epci": "intercommunalité", "establishments": "établissements",
    "event": "événement", "evidence": "preuve", "excluded": "mots exclus", "family": "famille",
    "field": "domaine", "fields": "domaines", "first": "premier", "firstYear": "première année",
    "former": "ancienne commune", "fr": "en français", "frequency": "fréquence", "from": "depuis",
    "function": "fonction", "graph": "graphe", "hasSite": "a un site", "headcount": "effectif",
    "high": "borne haute", "homepage": "page d’accueil", "how": "mode", "indicator": "indicateur", "insee": "code Insee",
    "inside": "à l'intérieur", "institution": "établissement", "interaction": "interaction",
    "interactions": "interactions", "issuer": "émetteur", "item": "élément", "jobs": "emplois",
    "kind": "nature", "known": "filière connue", "label": "nom", "labels": "noms", "language": "langue",
    "larger": "établissement plus grand", "last": "dernier", "lastPeriod": "dernière période",
    "lastValue": "dernière valeur", "lastYear": "dernière année", "lat": "latitude", "latitude": "latitude",
    "led": "suite donnée", "level": "niveau", "licence": "licence", "link": "maillon", "links": "liens",
    "loaded": "chargé", "local": "locaux", "localUnits": "unités locales",
    "located": "preuve du lieu", "locationEvidence": "preuve du lieu", "long": "longitude", "longitude": "longitude",
    "loose": "correspondance large", "low": "borne basse", "overlaps": "recoupés",
    "match": "rapprochement", "matches": "rapprochements",
    "measure": "mesure", "member": "membre", "members": "membres",
    "membersInRegion": "membres dans la région", "membersNear": "membres proches",
    "membersOfUnknownStage": "membres d’étape inconnue", "method": "méthode", "missing": "manquants",
    "missingCells": "cases manquantes", "mode": "modalité", "n": "nombre", "name": "nom", "names": "noms",
    "near": "proche", "newActivity": "nouvelle activité", "newCode": "nouveau code", "node": "nœud",
    "notation": "code", "number": "numéro", "objective": "objectif", "observation": "observation",
    "observations": "observations", "observed": "observé", "occupation": "métier", "of": "sur",
    "offer": "offre", "one": "l'un", "operator": "opérateur", "order": "ordre",
    "organization": "organisation", "organizations": "organisations", "other": "autre", "outcome": "issue",
    "outside": "à l'extérieur", "overlapping": "territoire qui recoupe", "own": "en propre",
    "p": "propriété", "page": "page", "part": "partie", "participants": "participants",
    "participations": "participations", "partner": "partenaire", "partners": "partenaires",
    "people": "personnes", "period": "période", "place": "lieu", "placeEvidence": "preuve du lieu",
    "places": "lieux", "plans": "projets de recrutement", "platform": "plateforme", "pool": "bassin",
    "population": "population", "programme": "formation", "programmes": "formations", "project": "projet",
    "projects": "projets", "property": "propriété", "publication": "publication", "published": "publié",
    "publisher": "éditeur", "rank": "rang", "reads": "lecture", "reason": "motif",
    "records": "enregistrements", "region": "région", "relation": "relation", "relay": "relais",
    "request": "demande", "requests": "demandes", "residents": "habitants",
    "residentsWithout": "habitants sans accès", "resources": "ressources", "revision": "révision",
    "role": "rôle", "roles": "rôles", "rule": "règle", "run": "exécution", "s": "sujet",
    "scenario": "scénario", "scheme": "dispositif", "score": "score", "seat": "siège", "second": "second",
    "sector": "secteur", "sectors": "secteurs", "sentence": "phrase", "served": "desservis",
    "serves": "territoire servi", "service": "service", "services": "services", "share": "part",
    "shared": "partagées", "shareEvidence": "preuve de la part", "short": "nom court",
    "simulated": "simulé", "since": "depuis", "siren": "SIREN", "site": "site", "sites": "sites",
    "source": "source", "sources": "sources", "stage": "étape", "stages": "étapes", "start": "début",
    "started": "commencé", "status": "statut", "strategy": "stratégie", "students": "étudiants",
    "subject": "objet", "successor": "successeur", "sumOfCommunes": "somme des communes",
    "supervisor": "tutelle", "supervisorLabels": "tutelles", "supervisors": "tutelles",
    "supplies": "offres", "suppressed": "sous secret", "suppressedCells": "cases secrètes",
    "target": "cible", "teachingSites": "sites d’enseignement", "technology": "technologie",
    "territory": "territoire", "thing": "ressource", "tie": "lien", "tiedProjects": "projets liés",
    "ties": "liens", "title": "titre", "top": "concept le plus large", "town": "commune",
    "triples": "énoncés", "type": "type", "typeOrClass": "type ou classe", "types": "types", "u": "unité",
    "unit": "unité", "unitCode": "unité", "units": "unités",
    "unitsOfInstitution": "unités de l’établissement", "unitsOfTerritory": "unités du territoire",
    "unknown": "inconnus", "until": "jusqu'à", "uses": "emplois", "value": "valeur", "values": "valeurs",
    "vintage": "millésime", "weight": "poids", "what": "quoi", "whole": "territoire entier",
    "why": "pourquoi", "withPlace": "avec lieu", "within": "dans", "withoutPlace": "sans lieu",
    "wkt": "contour", "words": "mots", "via": "par", "year": "année",
    "zeros": "zéros", "zone": "zone",
}  # fmt: skip


_OF_VARIABLES = "en"
"""The language that variables of questions are named in."""


def heading(name: str, language: Language = "fr") -> str:
    """Give the words for a column: in French where they are known, else the words of the variable.

    >>> heading("departmentLabel"), heading("departmentLabel", "en"), heading("sumOfCommunes", "en")
    ('département', 'department', 'sum of communes')
    """
    name = name.removesuffix("Label")
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    if language == _OF_VARIABLES:
        return words
    return gettext(FRENCH_HEADINGS.get(name, words), language)
