"""Patients with known truth: geometry, kinetics, camera."""

from lutetia.simulation.images import Contours, SimulatedCt, SimulatedPet, SimulatedSpect
from lutetia.simulation.patient import SimulatedPatient, simulate
from lutetia.simulation.truth import Truth

__all__ = ["Contours", "SimulatedCt", "SimulatedPatient", "SimulatedPet", "SimulatedSpect", "Truth", "simulate"]
