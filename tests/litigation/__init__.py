from .case import *
